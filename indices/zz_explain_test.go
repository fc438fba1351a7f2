package indices
import ("testing";"minping/internal/pgtest";"fmt")
func BenchmarkExplain(b *testing.B) {
	db := pgtest.New(b)
	db.SetMaxOpenConns(1)
	seedCity(b, db)
	fmt.Println(get[int](b, db, `SELECT count(*) FROM rating_rollups`), get[string](b,db,`select pg_size_pretty(pg_total_relation_size('rating_rollups'))`), get[string](b,db,`show jit`), get[string](b,db,`show shared_buffers`))
	for _, set := range []string{"set jit=on","set jit=off"} {
	exec(b, db, set)
	for _, text := range []string{"2026-11","2026"} {
		q := Query{Level: Window, Period: period(b, text)}
		args := append([]any{q.Level}, q.filter().args(q.Period.Split())...)
		args = append(args, q.Within, nil, true, nil, dayArg(q.Period.From()), dayArg(q.Period.To()))
		for i := range 3 {
		rows, err := db.Query("EXPLAIN (ANALYZE, BUFFERS) "+statement("index"), args...)
		if err != nil { b.Fatal(err) }
		for rows.Next() { var s string; rows.Scan(&s); if i==2 {fmt.Println(s)} }
		rows.Close()
		}
		fmt.Println("-----", text, set)
	}}
}

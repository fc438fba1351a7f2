package demo
import ("testing";"fmt";"sort";"strings")
func TestTmp(t *testing.T){
 d:=City(1,noon)
 n:=0;lv:=[6]int{};ch:=map[string]int{};st:=map[string]int{};off:=make([][2]float64,40);sig:=map[string]int{}
 mon:=map[string]map[string][3]float64{}
 wn:=make([]int,600);secs:=[]int{};com:=0;tags:=0;ans:=0;tr:=0;hours:=map[int]int{};sat:=0;bytesC:=map[string]int{}
 var samples []string; late:=0;padn:=0;elder:=0; tagn:=map[int16]int{}
 for r:=range d.Ratings {
  n++; ch[r.Channel]++; st[r.Stratum]++; w:=d.Windows[r.Window]; wn[r.Window]++
  for _,s:=range r.Signals {sig[s]++}
  if r.Window==d.Padded && len(r.Signals)==2 {padn++; continue}
  lv[r.Level]++
  off[w.Office][0]+=float64(r.Level); off[w.Office][1]++
  for _,x:=range r.Tags {tagn[x]++}
  o:=d.Offices[w.Office].Code
  if mon[o]==nil {mon[o]=map[string][3]float64{}}
  k:=r.Visited.String()[:7]; v:=mon[o][k]; v[0]+=float64(r.Level);v[1]++; for _,x:=range r.Tags{ if x==115||x==214||(o=="SJJ"&&(x==510||x==511)){v[2]++}}; mon[o][k]=v
  secs=append(secs,r.Seconds); if r.Comment!=""{com++; bytesC[r.Comment]++; if n%400<60 {samples=append(samples,fmt.Sprint(r.Level," ",w.Name," | ",r.Comment))}}
  if len(r.Tags)>0{tags++}; if len(r.Answers)>=2{ans++}
  for _,a:=range r.Answers{if a.Key=="trust"{tr++}}
  h:=r.Received.Hour(); hours[h]++; if r.Visited.Weekday()==6{sat++}
  if r.Received.Sub(r.Visited.Start()).Hours()>24{late++}; if r.Elder{elder++}
 }
 sort.Ints(secs)
 tot:=0.0;m:=0; for l:=1;l<=5;l++{m+=lv[l];tot+=float64(l*lv[l])}
 fmt.Println(n,lv,"mean",tot/float64(m),"good",float64(lv[3]+lv[4]+lv[5])/float64(m))
 fmt.Println(ch,st,sig,"pad",padn,"comments",com,"distinct",len(bytesC),"tags",tags,"ans",ans,"trust",tr,"median",secs[len(secs)/2],"sat",sat,"late",late,"elder",elder)
 for i:=0;i<24;i++{fmt.Print(i,":",hours[i]," ")};fmt.Println()
 type x struct{s float64;c string;n float64};xs:=[]x{}
 for i,o:=range off{xs=append(xs,x{25*(o[0]/o[1]-1),d.Offices[i].Name,o[1]})}
 sort.Slice(xs,func(a,b int)bool{return xs[a].s>xs[b].s}); for _,y:=range xs{fmt.Printf("%.1f %s %.0f\n",y.s,y.c,y.n)}
 for _,o:=range []string{"GJJ","SJJ","RSJ"}{ks:=[]string{};for k:=range mon[o]{ks=append(ks,k)};sort.Strings(ks);for _,k:=range ks{v:=mon[o][k];fmt.Printf("%s %s %.1f n=%.0f t=%.2f\n",o,k,25*(v[0]/v[1]-1),v[1],v[2]/v[1])}}
 sort.Ints(wn); fmt.Println(wn[:10],wn[300],wn[590:]); fmt.Println(tagn)
 fmt.Println(strings.Join(samples[:min(len(samples),90)],"\n"))
 for i:=0;i<60;i++{fmt.Print(d.Staff[i*14].Name," ")}
 fmt.Println(d.Events, d.Windows[0], d.Windows[d.Padded],d.Windows[d.Silent])
}

package audit

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"hash"
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/emmansun/gmsm/sm3"
)

const (
	encoding   = "minping-audit-1"
	timeLayout = "2006-01-02T15:04:05.000000Z"
)

// genesis is what the very first entry refers to.
func genesis() []byte { return make([]byte, sm3.Size) }

// digest computes an entry's digest: see the package comment for the encoding.
func (s Stored) digest() ([]byte, error) {
	detail, err := flat(s.Detail)
	if err != nil {
		return nil, err
	}
	w := fields{sm3.New()}
	w.put(encoding, s.Day.Format(time.DateOnly), strconv.Itoa(s.Seq), s.At.UTC().Format(timeLayout),
		number(s.ActorID), s.ActorName, s.Source, string(s.Action), s.ObjectKind, s.ObjectID,
		number(s.OfficeID), number(s.HallID), string(s.Outcome), strconv.Itoa(len(detail)))
	for _, key := range slices.Sorted(maps.Keys(detail)) {
		w.put(key, detail[key])
	}
	w.put(string(s.Prev))
	return w.Sum(nil), nil
}

// fields writes texts with their lengths, so that no two lists of texts look alike.
type fields struct{ hash.Hash }

func (f fields) put(texts ...string) {
	for _, t := range texts {
		f.Write(binary.BigEndian.AppendUint32(nil, uint32(len(t))))
		f.Write([]byte(t))
	}
}

// flat reads a detail into texts that tell their type.
func flat(detail json.RawMessage) (map[string]string, error) {
	in := json.NewDecoder(bytes.NewReader(detail))
	in.UseNumber() // digits stay as they are written
	var read map[string]any
	if err := in.Decode(&read); err != nil {
		return nil, fmt.Errorf("detail: %w", err)
	}
	out := make(map[string]string, len(read))
	for key, value := range read {
		switch v := value.(type) {
		case string:
			out[key] = "s" + v
		case json.Number:
			out[key] = "n" + v.String()
		case bool:
			out[key] = strconv.FormatBool(v)
		default:
			return nil, fmt.Errorf("detail: %s is a %T", key, value)
		}
	}
	return out, nil
}

func number(id *int64) string {
	if id == nil {
		return ""
	}
	return strconv.FormatInt(*id, 10)
}

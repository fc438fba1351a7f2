package main

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"time"
)

const (
	browser = "User-Agent: Mozilla/5.0 (Linux; Android 14; 23049RAD8C) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Mobile Safari/537.36\r\n" +
		"Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8\r\nAccept-Language: zh-CN,zh;q=0.9,en;q=0.8\r\nAccept-Encoding: gzip, deflate\r\n"
	noID     = "00000000-0000-7000-8000-000000000000"
	noDevice = "AAAAAAAAAAAAAAAAAAAAAA"
	filledIn = 15 * time.Second
)

// shape is a request whose submission id and device are written in place.
type shape struct {
	bytes      []byte
	id, device int // offsets; -1 where there is none
}

func newShape(text string) shape {
	b := []byte(text)
	return shape{bytes: b, id: bytes.Index(b, []byte(noID)), device: bytes.Index(b, []byte(noDevice))}
}

// pageShapes are requests for the rating page, with or without a cookie.
func pageShapes(host string, codes []string, cookie bool) []shape {
	line := ""
	if cookie {
		line = "Cookie: mp_device=" + noDevice + "\r\n"
	}
	var list []shape
	for _, c := range codes {
		list = append(list, newShape("GET /r/"+c+" HTTP/1.1\r\nHost: "+host+"\r\n"+browser+line+"\r\n"))
	}
	return list
}

// shapes are the forms that browsers send for these codes.
func shapes(host string, codes []string) []shape {
	var list []shape
	for _, c := range codes {
		for _, body := range bodies() {
			list = append(list, newShape(fmt.Sprintf("POST /r/%s HTTP/1.1\r\nHost: %s\r\n%sOrigin: http://%s\r\nReferer: http://%s/r/%s\r\n"+
				"Cookie: mp_device=%s\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n%s",
				c, host, browser, host, host, c, noDevice, len(body), body)))
		}
	}
	return list
}

// bodies: most people are content and few write; one tag of the level each.
func bodies() []string {
	tags := [][]string{{"510", "517"}, {"406", "413"}, {"307", "309"}, {"209", "214"}, {"108", "115"}}
	words := []string{"等了一上午，窗口只开了一个，希望中午也有人值班。", "工作人员讲得很清楚，一次就办好了，谢谢！"}
	var list []string
	for i, level := range []int{5, 5, 5, 5, 5, 5, 5, 4, 4, 4, 3, 3, 5, 2, 4, 1} {
		comment := ""
		if i%5 == 3 {
			comment = words[i%2]
		}
		list = append(list, "submission_id="+noID+fmt.Sprintf("&level=%d&tags=%s", level, tags[5-level][i%2])+
			"&comment="+url.QueryEscape(comment)+"&stratum="+[]string{"public", "society", "public", "grassroots"}[i%4]+"&website=")
	}
	return list
}

// fill writes a fresh submission id (UUIDv7, RFC 9562 §5.7, printed some seconds
// ago) and the cookie of a device.
func (s shape) fill(random *rand.Rand, from *devices) []byte {
	if s.id >= 0 {
		var id [16]byte
		binary.BigEndian.PutUint64(id[0:], uint64(time.Now().Add(-filledIn).UnixMilli())<<16|random.Uint64()&0x0fff|0x7000)
		binary.BigEndian.PutUint64(id[8:], random.Uint64()&(1<<62-1)|1<<63)
		at := s.bytes[s.id : s.id+36]
		hex.Encode(at[0:8], id[0:4])
		hex.Encode(at[9:13], id[4:6])
		hex.Encode(at[14:18], id[6:8])
		hex.Encode(at[19:23], id[8:10])
		hex.Encode(at[24:36], id[10:16])
	}
	if s.device >= 0 {
		copy(s.bytes[s.device:s.device+len(noDevice)], from.next())
	}
	return s.bytes
}

// own copies shapes, for a connection that fills them in.
func own(list []shape) []shape {
	copies := make([]shape, len(list))
	for i, s := range list {
		copies[i] = shape{bytes.Clone(s.bytes), s.id, s.device}
	}
	return copies
}

// script is what a connection asks for, and as whom.
type script struct {
	shapes  []shape
	devices *devices
}

// requester asks on one connection: ratings or pages.
type requester struct {
	*line
	script
	random *rand.Rand
	want   int
}

func newRequester(l *line, s script, worker, want int) *requester {
	return &requester{l, script{own(s.shapes), s.devices}, rand.New(rand.NewPCG(uint64(time.Now().UnixNano()), uint64(worker))), want}
}

func newPoster(l *line, s script, worker int) *requester {
	return newRequester(l, s, worker, http.StatusSeeOther)
}

func (r *requester) do() error {
	status, err := r.ask(r.shapes[r.random.IntN(len(r.shapes))].fill(r.random, r.devices))
	switch {
	case err != nil:
		return err
	case status == http.StatusServiceUnavailable:
		return errBusy
	case status != r.want:
		return fmt.Errorf("answered %d", status)
	}
	return nil
}

// visitor opens a connection, reads the page, sends the rating and leaves. It
// reads without a cookie and rates as one of the devices, not with the cookie it
// was just given: the comparison gives everybody the same.
type visitor struct{ page, rating *requester }

func newVisitor(l *line, pages, ratings script, worker int) *visitor {
	return &visitor{newRequester(l, pages, worker, http.StatusOK), newPoster(l, ratings, worker)}
}

func (v *visitor) do() error {
	defer v.page.close()
	if err := v.page.do(); err != nil {
		return err
	}
	return v.rating.do()
}

func (v *visitor) close() { v.page.close() }

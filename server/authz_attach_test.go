package main

import (
	"bytes"
	"context"
	"image"
	"image/png"
	"strconv"
	"time"

	"github.com/google/uuid"

	"minping/complaints"
	"minping/internal/actor"
)

// fileCaseWithPhoto files the half's case, as a citizen about its window who sends a photo along.
func (g *guarded) fileCaseWithPhoto(window int64) (id, file string) {
	g.t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 20, 20))); err != nil {
		g.t.Fatal(err)
	}
	in := complaints.Filing{Submission: uuid.New(), Channel: complaints.ByWeb, Kind: complaints.Complaint, Unit: window, Body: "等了一上午"}
	if _, err := g.pf.desk.Stage(g.t.Context(), actor.Actor{}, complaints.Form{ID: in.Submission, For: complaints.FormFile},
		complaints.Upload{Name: "现场.png", From: bytes.NewReader(b.Bytes()), Size: int64(b.Len())}); err != nil {
		g.t.Fatal(err)
	}
	filed, err := g.pf.desk.File(g.t.Context(), actor.Actor{}, in)
	if err != nil {
		g.t.Fatal(err)
	}
	d, err := g.pf.desk.Get(g.t.Context(), actor.System("test"), filed.ID)
	if err != nil || len(d.Files) != 1 {
		g.t.Fatalf("%d files, %v", len(d.Files), err)
	}
	return strconv.FormatInt(filed.ID, 10), strconv.FormatInt(d.Files[0].ID, 10)
}

var _ = addFiles() // the table of calls has a file for each area

func addFiles() bool {
	form := complaints.Form{For: "note"}
	calls["complaints.Stage"] = func(ctx context.Context, g *guarded, by actor.Actor, _ half) error {
		_, err := g.pf.desk.Stage(ctx, by, form, complaints.Upload{}) // anybody may put down what nobody will read
		return err
	}
	calls["complaints.StagedFiles"] = func(ctx context.Context, g *guarded, by actor.Actor, _ half) error {
		_, err := g.pf.desk.StagedFiles(ctx, by, form)
		return err
	}
	calls["complaints.Unstage"] = func(ctx context.Context, g *guarded, by actor.Actor, _ half) error {
		return g.pf.desk.Unstage(ctx, by, form, 1)
	}
	calls["complaints.OpenFile"] = func(ctx context.Context, g *guarded, by actor.Actor, h half) error {
		f, err := g.pf.desk.OpenFile(ctx, by, h.id("case"), h.id("file"), false)
		if err == nil {
			_ = f.Body.Close()
		}
		return err
	}
	calls["complaints.EraseFile"] = func(ctx context.Context, g *guarded, by actor.Actor, h half) error {
		return g.pf.desk.EraseFile(ctx, by, h.id("case"), h.id("file"), "x")
	}
	calls["complaints.SentElsewhere"] = func(ctx context.Context, g *guarded, by actor.Actor, _ half) error {
		_, err := g.pf.desk.SentElsewhere(ctx, by, time.Now())
		return err
	}
	return true
}

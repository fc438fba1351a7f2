package fill

import (
	"context"
	"crypto/rand"
	"errors"
	"iter"
	"strconv"

	"minping/internal/actor"
	"minping/internal/code"
	"minping/server/demo"
	"minping/surveys"
)

// survey finds the walk-in survey and what its questions are called.
func (p *places) survey(ctx context.Context, s *surveys.Service) error {
	v := s.Latest("walk-in")
	if v == nil {
		return errors.New("the walk-in survey is missing")
	}
	p.version, p.questions = v.ID, map[string]int{}
	for _, q := range v.Definition.Questions {
		p.questions[q.Key] = q.ID
	}
	return ctx.Err()
}

// publish puts the walk-in survey to every window over all channels; desk codes are demo0001, demo0002, …
func (f Filler) publish(ctx context.Context, by actor.Actor, city *demo.Data, p places) error {
	desk := map[int64]string{}
	for i, w := range city.Windows {
		desk[p.windows[i]] = w.DeskCode
	}
	in := surveys.PublishInput{VersionID: p.version, Title: "窗口服务评价（台面二维码）", Channels: []surveys.Channel{surveys.ChannelDesk},
		StartsAt: city.From.Start(), LateWorkdays: f.Surveys.LateDays(f.Now), UnitIDs: p.windows, Codes: desk}
	if _, err := f.Surveys.Publish(ctx, by, in); err != nil {
		return err
	}
	in.Title, in.Codes = "窗口服务评价（小票、短信、网上）", nil
	in.Channels = []surveys.Channel{surveys.ChannelTicket, surveys.ChannelSMS, surveys.ChannelWeb}
	if _, err := f.Surveys.Publish(ctx, by, in); err != nil {
		return err
	}
	in.Title, in.UnitIDs = "大厅出口与自助终端评价", p.halls
	in.Channels = []surveys.Channel{surveys.ChannelExit, surveys.ChannelKiosk}
	_, err := f.Surveys.Publish(ctx, by, in)
	return err
}

// ratings turns the invented ratings into the product's.
func (f Filler) ratings(ctx context.Context, city *demo.Data, p places) (iter.Seq[surveys.Rating], error) {
	devices := f.Surveys.Devices()
	var failed error
	return func(yield func(surveys.Rating) bool) {
		for r := range city.Ratings {
			receipt, err := code.New(rand.Reader, surveys.ReceiptLength)
			if err != nil || ctx.Err() != nil {
				failed = errors.Join(err, ctx.Err())
				return
			}
			out := surveys.Rating{SubmissionID: r.Submission, Receipt: receipt, VisitedOn: r.Visited, ReceivedAt: r.Received,
				Unit: p.windows[r.Window], Parents: p.windowParents[r.Window], Version: p.version,
				Channel: surveys.Channel(r.Channel), Stratum: surveys.Stratum(r.Stratum), Level: r.Level,
				Comment: r.Comment, Language: "zh-CN", Elder: r.Elder, Seconds: r.Seconds, Signals: r.Signals}
			for _, t := range r.Tags {
				out.Tags = append(out.Tags, int(t))
			}
			for _, a := range r.Answers {
				out.Answers = append(out.Answers, surveys.Answer{Question: p.questions[a.Key], Value: a.Value})
			}
			if r.Device != 0 {
				out.Device = devices(strconv.FormatUint(uint64(r.Device), 10), r.Received)
			}
			if !yield(out) {
				return
			}
		}
	}, failed
}

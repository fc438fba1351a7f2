package complaints

import (
	"cmp"
	"context"
	"math"
	"slices"
	"strconv"
	"time"

	"github.com/jmoiron/sqlx"

	"minping/complaints/alike"
	"minping/internal/actor"
	"minping/internal/audit"
	"minping/internal/pg"
)

// Topics are messages about the same thing. The job puts a case into the topic of the
// earlier case that it is most like; a person may take it out again, name the topic, and merge what is the
// same message. Nothing is merged by itself.

// topicWithin is how long before a case an earlier one may have come in to share its topic.
const topicWithin = 180 * 24 * time.Hour

// topicWeeks is how many weeks of a topic are shown.
const topicWeeks = 12

// Topic is a topic as by sees it: counted over the cases that by may read.
type Topic struct {
	ID             int64
	Name           string   // given by a person; empty: Words say it
	Words          []string // that tell most
	Places         []string
	Cases          int
	Offices        int
	Agree          int // how many agreed where people could say so
	Heat           float64
	Latest, Before int // cases of the last fortnight and of the one before
	First, Last    time.Time
	Weeks          [topicWeeks]int // cases by week, the oldest first
}

// TopicCase is a case of a topic.
type TopicCase struct {
	Case
	Likeness int // percent, to the case that brought it in; 0 for the first
	Double   int // percent, to the earliest live case, where they may be the same message; 0: not
}

// TopicDossier is all of a topic that by may read.
type TopicDossier struct {
	Topic
	List []TopicCase // the newest first
	Main ID          // the earliest live case, into which doubles would go; 0: none
	// MayMerge and MayName say what by would be let do.
	MayMerge, MayName bool
}

// topicsWithin is how long after its last case a topic is listed.
const topicsWithin = 8 * 7 * 24 * time.Hour

// TopicFilter narrows the list of topics.
type TopicFilter struct {
	Office int64
	Limit  int // 1–100; 0 = 30
}

// Topics lists what two cases or more of the last eight weeks are about, the hottest
// first. Only cases that by may read count, so a list never tells of what a case would not. Forbidden where by may read none.
func (s *Service) Topics(ctx context.Context, by actor.Actor, f TopicFilter) ([]Topic, error) {
	r, err := reachOf(by)
	if err != nil {
		return nil, err
	}
	if f.Limit <= 0 {
		f.Limit = 30
	}
	f.Limit = min(f.Limit, 100)
	var list []Topic
	err = pg.InSnapshot(ctx, s.cfg.DB, func(tx *sqlx.Tx) error {
		now := s.now()
		ids, err := selectHottest(ctx, tx, r, f, now)
		if err != nil || len(ids) == 0 {
			return err
		}
		rows, err := selectTopicCases(ctx, tx, r, ids, now)
		if err != nil {
			return err
		}
		list, err = topicsOf(ctx, tx, ids, rows, now)
		return err
	})
	return list, err
}

// Topic reads one topic. NotFound where by may read no two cases of it.
func (s *Service) Topic(ctx context.Context, by actor.Actor, id int64) (TopicDossier, error) {
	var d TopicDossier
	r, err := reachOf(by)
	if err != nil {
		return d, err
	}
	err = pg.InSnapshot(ctx, s.cfg.DB, func(tx *sqlx.Tx) error {
		d, err = s.topic(ctx, tx, by, r, id)
		return err
	})
	return d, err
}

func (s *Service) topic(ctx context.Context, q pg.Querier, by actor.Actor, r reach, id int64) (TopicDossier, error) {
	var d TopicDossier
	now := s.now()
	rows, err := selectTopicCases(ctx, q, r, []int64{id}, now)
	if err != nil {
		return d, err
	}
	if len(rows) < 2 {
		return d, unknown()
	}
	topics, err := topicsOf(ctx, q, []int64{id}, rows, now)
	if err != nil {
		return d, err
	}
	d.Topic, d.MayName = topics[0], by.Citywide(PermMerge)
	rows = rows[:min(len(rows), topicListed)]
	cases, err := selectTopicList(ctx, q, rows)
	if err != nil {
		return d, err
	}
	d.Main = mainOf(cases)
	sketches, err := sketchesOf(ctx, q, rows)
	if err != nil {
		return d, err
	}
	for i, c := range cases {
		t := TopicCase{Case: c, Likeness: rows[i].Likeness}
		if d.Main != 0 && c.ID != d.Main && mergeable(c) {
			if l := alike.Likeness(sketches[d.Main], sketches[c.ID]); l >= alike.Double {
				t.Double = int(math.Round(100 * l))
				d.MayMerge = d.MayMerge || may(by, PermMerge, &c) == nil
			}
		}
		d.List = append(d.List, t)
	}
	return d, nil
}

// topicListed is how many cases of a topic are shown, the newest.
const topicListed = 200

// mergeable tells whether a case could still go into another.
func mergeable(c Case) bool {
	return c.Kind != BadRating && !c.Sealed && slices.Contains([]State{Received, Triaged, Dispatched, Acknowledged, InProgress}, c.State)
}

// mainOf is the earliest case that others could go into.
func mainOf(cases []Case) ID {
	var first Case
	for _, c := range cases {
		if mergeable(c) && (first.ID == 0 || cmp.Or(c.ReceivedAt.Compare(first.ReceivedAt), cmp.Compare(c.ID, first.ID)) < 0) {
			first = c
		}
	}
	return first.ID
}

// topicsOf counts topics from their cases.
func topicsOf(ctx context.Context, q pg.Querier, ids []int64, rows []topicRow, now time.Time) ([]Topic, error) {
	names, err := selectTopicNames(ctx, q, ids)
	if err != nil {
		return nil, err
	}
	list := make([]Topic, 0, len(ids))
	for _, id := range ids {
		own := slices.DeleteFunc(slices.Clone(rows), func(r topicRow) bool { return r.Topic != id })
		if len(own) < 2 {
			continue
		}
		t := countTopic(own, now)
		t.ID, t.Name = id, names[id]
		if t.Words, t.Places, err = tellOf(ctx, q, own); err != nil {
			return nil, err
		}
		list = append(list, t)
	}
	return list, nil
}

// countTopic counts the cases of one topic, the newest first.
func countTopic(rows []topicRow, now time.Time) Topic {
	t := Topic{Cases: len(rows), Last: rows[0].ReceivedAt, First: rows[len(rows)-1].ReceivedAt}
	mentions := make([]alike.Mention, 0, len(rows))
	var offices []int64
	for _, r := range rows {
		mentions = append(mentions, alike.Mention{At: r.ReceivedAt, Agree: r.Agree})
		t.Agree += r.Agree
		if r.Office != 0 && !slices.Contains(offices, r.Office) {
			offices = append(offices, r.Office)
		}
		if week := int(now.Sub(r.ReceivedAt) / (7 * 24 * time.Hour)); week >= 0 && week < topicWeeks {
			t.Weeks[topicWeeks-1-week]++
		}
	}
	t.Offices, t.Heat = len(offices), alike.Heat(now, mentions)
	t.Latest, t.Before = alike.Trend(now, mentions)
	return t
}

// NameTopic gives a topic a name; an empty one takes it away. Needs case:merge over the
// city, and a topic that by may read. NotFound, Forbidden, Invalid with field name.
func (s *Service) NameTopic(ctx context.Context, by actor.Actor, id int64, name string) error {
	if name = clean(name); length(name) > MaxTitle {
		_, err := words("name", name, MaxTitle)
		return err
	}
	if !by.Citywide(PermMerge) {
		return forbidden()
	}
	if _, err := s.Topic(ctx, by, id); err != nil {
		return err
	}
	return pg.InTx(ctx, s.cfg.DB, func(tx *sqlx.Tx) error {
		if err := updateTopicName(ctx, tx, id, name, by.Account); err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Entry{At: s.now(), By: by, Action: audit.TopicName, Object: topicObject(id)})
	})
}

// TakeOutOfTopic says that a case is about something else: it counts in the topic no more, and
// the job leaves it alone. Needs case:merge at the case. NotFound, Forbidden.
func (s *Service) TakeOutOfTopic(ctx context.Context, by actor.Actor, id int64, caseID ID) error {
	return pg.InTx(ctx, s.cfg.DB, func(tx *sqlx.Tx) error {
		c, err := selectCase(ctx, tx, caseID)
		if err != nil {
			return err
		}
		if err := see(ctx, tx, by, &c); err != nil {
			return err
		}
		if err := may(by, PermMerge, &c); err != nil {
			return err
		}
		there, err := takeOut(ctx, tx, id, caseID, by.Account)
		if err != nil {
			return err
		}
		if !there {
			return unknown()
		}
		return audit.Record(ctx, tx, audit.Entry{At: s.now(), By: by, Action: audit.TopicTakeOut, Place: c.Place(), Object: topicObject(id),
			Detail: audit.Detail{"case": strconv.FormatInt(caseID, 10)}})
	})
}

func topicObject(id int64) audit.Object {
	return audit.Object{Kind: "topic", ID: strconv.FormatInt(id, 10)}
}

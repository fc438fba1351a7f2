package api

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"minping/indices"
)

type description struct {
	Paths map[string]map[string]struct {
		Parameters []struct {
			Name     string
			Required bool
			Schema   struct {
				Enum    []string
				Default string
			}
		}
		Responses map[string]any
	}
	Components struct {
		Schemas map[string]struct {
			Required   []string
			Properties map[string]any
		}
	}
}

func described(t *testing.T) description {
	t.Helper()
	var d description
	if err := json.Unmarshal(openAPI, &d); err != nil {
		t.Fatal(err)
	}
	return d
}

func TestDescriptionHasEveryRoute(t *testing.T) {
	t.Parallel()
	var want, got []string
	for _, r := range (&Handler{}).routes() {
		want = append(want, strings.ToLower(r.method)+" "+r.path)
	}
	for path, methods := range described(t).Paths {
		for method := range methods {
			got = append(got, method+" "+path)
		}
	}
	slices.Sort(want)
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestDescriptionHasEveryParameter(t *testing.T) {
	t.Parallel()
	d := described(t)
	enums := map[string][]string{
		"level": indices.LevelNames(), "channel": indices.Channels(), "stratum": indices.Strata(),
		"grain": grains, "format": formats, "pool": {"no", "yes"}, "suspects": suspects, "kind": indices.CaseKinds(),
	}
	for path, known := range map[string][]string{"/api/v1/indices": indexParams, "/api/v1/indices/trend": trendParams, "/api/v1/rates": rateParams, "/api/v1/five": fiveParams, "/api/v1/standings": standingParams, "/api/v1/social": socialParams} {
		var names []string
		for _, p := range d.Paths[path]["get"].Parameters {
			names = append(names, p.Name)
			enums["level"] = indices.LevelNames()
			if path == "/api/v1/five" {
				enums["level"] = fiveLevels
			}
			if path == "/api/v1/standings" {
				enums["level"] = standingLevels
			}
			want, got := slices.Sorted(slices.Values(enums[p.Name])), slices.Sorted(slices.Values(p.Schema.Enum))
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s %s: %s", path, p.Name, diff)
			}
			if p.Schema.Default != "" && p.Schema.Default != enums[p.Name][0] {
				t.Errorf("%s %s: default %s is not the one taken", path, p.Name, p.Schema.Default)
			}
		}
		if diff := cmp.Diff(known, names); diff != "" {
			t.Errorf("%s: %s", path, diff)
		}
	}
}

func TestDescriptionHasEveryColumn(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	got := read[rows](t, c.get("/api/v1/indices?level=office&period=2026")).Rows
	row := described(t).Components.Schemas["Row"]
	for _, r := range got {
		for name := range r {
			if _, ok := row.Properties[name]; !ok {
				t.Errorf("%s is not described", name)
			}
		}
		for _, name := range row.Required {
			if _, ok := r[name]; !ok {
				t.Errorf("%s is described as required and is not there", name)
			}
		}
	}
	if len(row.Required) != len(row.Properties) || len(got) != 2 {
		t.Errorf("%d of %d properties are required, %d rows", len(row.Required), len(row.Properties), len(got))
	}
}

func TestDescriptionIsServed(t *testing.T) {
	t.Parallel()
	w := newClient(t).get("/api/v1/openapi.json")
	if w.Code != 200 || w.Body.String() != string(openAPI) || w.Header().Get("Content-Type") != "application/json" {
		t.Errorf("%d %s", w.Code, w.Header())
	}
}

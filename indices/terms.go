package indices

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// Terms are what a methodology says beyond the scores of the five levels.
type Terms struct {
	Strata   map[string]float64 `json:"strata"`   // weight of each stratum in a unit's satisfaction, sum 1; empty: ratings count as they come
	Channels map[string]float64 `json:"channels"` // points of satisfaction added to a channel, to make up for how it asks; empty: none
	Trim     float64            `json:"trim"`     // no weight is more than so many times the median weight

	TrustFrom      int `json:"trust_from"`      // 0–10: from here on an answer trusts
	FavourableFrom int `json:"favourable_from"` // 1–5: from here on an answer is favourable

	Brand  map[string]float64 `json:"brand"`  // satisfaction, image (awareness × reputation), trust, loyalty; sum 1, satisfaction never below another
	Social map[string]float64 `json:"social"` // satisfaction, response, solved, satisfied, rectified, equity, coverage; sum 1

	Covered float64 `json:"covered"` // share of the social weights that must be measured before there is a composite

	PersonFrom int64 `json:"person_from"` // ratings a year before a person is measured at all
	PeersFrom  int   `json:"peers_from"`  // no spread can be learnt from fewer peers
	Draws      int   `json:"draws"`       // simulated orders for a rank interval
	Ends       int   `json:"ends"`        // "among the first" and "among the last" means so many places
}

func parseTerms(raw []byte) (Terms, error) {
	var t Terms
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields() // a newer program's terms must not be half understood
	if err := d.Decode(&t); err != nil {
		return Terms{}, fmt.Errorf("terms of a methodology: %w", err)
	}
	return t, nil
}

// Package poster prepares what is printed for a window: the data of a card, and
// the pictures of a whole hall in one file.
//
// It owns no data. The page that prints cards in both languages takes its fixed
// words from the texts named here.
package poster

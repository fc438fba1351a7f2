// Package code makes and checks the codes that people read aloud, copy from a
// slip and type: receipt codes, window codes.
//
// A code is random symbols and one check symbol out of 31 that are not mistaken
// for each other on paper. Normalize turns what was typed into the stored form,
// Check tells a mistyped code from an unknown one before any look-up, Group
// prints it. A check symbol is no secret and no signature: what makes a code
// hard to guess is its random symbols alone, just under 5 bits (4.954) each.
package code

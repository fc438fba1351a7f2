// Package media tells by its bytes what a file is, and makes of it something that
// may be kept and shown. It owns no table and writes no file.
//
//	picture  JPEG, PNG, WebP, GIF (its first frame): decoded, turned upright, made
//	         smaller than Edge, and written anew as JPEG. Nothing of the file that
//	         came survives but what can be seen: no place, no camera, no name, no trailing bytes.
//	document PDF without scripts, attached files, forms that send, or encryption. Its
//	         bytes stay as they are, so what it says of its author stays too.
//
// Invariants:
//   - Neither a name nor a Content-Type is ever asked.
//   - What a picture takes in memory is worked out from its header, and refused, before
//     anything is decoded; one picture is decoded at a time (see Cleaner).
//   - Every refusal is a fault about the field "file" that says what to do instead.
package media

// Package notify sends messages out of the platform: short messages 短信 through
// a gateway that speaks HTTP.
//
// It owns the table notify_messages: what was to be sent, by which template, how
// it ended. Number and text are in the vault from the moment the message is made
// until it has ended, and then erased; neither stands in this table, in the
// queue or in a log.
//
//	queued → sent      the gateway took it (2xx)
//	       → failed    it refused, or could not be reached five times
//	       → late      it would come too late to be of use
//	unwanted           never to be sent; made so that answering takes as long as if it were
//
// The gateway gets a POST of {"id","phone","text"} with
//
//	X-Minping-Timestamp: 1764000000
//	X-Minping-Signature: sm3=…   HMAC over timestamp, a line feed and the body, in hexadecimal; or sha256=…
//
// A message may be posted twice, after a crash: the gateway leaves out an id it has seen.
package notify

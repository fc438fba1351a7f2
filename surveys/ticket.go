package surveys

import "github.com/google/uuid"

// ticketSpace is the name space of submission ids that are derived from tickets.
var ticketSpace = uuid.MustParse("6f0d3c1e-53a4-5d0e-9a52-0d6b1f6a7c11")

// TicketSubmission gives the submission id of a ticket's one rating.
func TicketSubmission(code string) uuid.UUID { return uuid.NewSHA1(ticketSpace, []byte(code)) }

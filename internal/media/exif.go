package media

import "encoding/binary"

const tagOrientation = 0x0112

// orientationIn reads one number of a TIFF header and its first directory (TIFF
// 6.0, section 2); 0 where it is not said or not readable. Nothing else of EXIF
// is ever looked at.
func orientationIn(b []byte) int {
	if len(b) < 8 {
		return 0
	}
	var order binary.ByteOrder
	switch string(b[:4]) {
	case "II*\x00":
		order = binary.LittleEndian
	case "MM\x00*":
		order = binary.BigEndian
	default:
		return 0
	}
	at := uint64(order.Uint32(b[4:]))
	if at+2 > uint64(len(b)) {
		return 0
	}
	n := uint64(order.Uint16(b[at:]))
	for i := range n {
		entry := at + 2 + 12*i
		if entry+12 > uint64(len(b)) {
			return 0
		}
		if order.Uint16(b[entry:]) != tagOrientation {
			continue
		}
		if v := int(order.Uint16(b[entry+8:])); v >= 1 && v <= 8 {
			return v
		}
		return 0
	}
	return 0
}

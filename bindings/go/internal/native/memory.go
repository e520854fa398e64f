package native

import "unsafe"

// The first word of a string and of a slice is the address of its bytes. (unsafe.StringData says the same from Go 1.20 on.)
func textOf(text *string) unsafe.Pointer   { return *(*unsafe.Pointer)(unsafe.Pointer(text)) }
func bytesOf(bytes *[]byte) unsafe.Pointer { return *(*unsafe.Pointer)(unsafe.Pointer(bytes)) }

// A copy of a text of the library's. NULL is "".
func textWithLength(text unsafe.Pointer, length uintptr) string {
	return string(unsafe.Slice((*byte)(text), length))
}

func textToNUL(text unsafe.Pointer) string {
	if text == nil {
		return ""
	}
	length := uintptr(0)
	for *(*byte)(unsafe.Add(text, length)) != 0 {
		length++
	}
	return textWithLength(text, length)
}

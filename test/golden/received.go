package main

import (
	"encoding/hex"
	"strings"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/msgpack"
)

const refused = "refused"

// outcome reads and writes again; a panic of go-cty counts as refused.
func outcome(ty cty.Type, read func() (cty.Value, error)) (result string) {
	defer func() {
		if recover() != nil {
			result = refused
		}
	}()
	val, err := read()
	if err != nil {
		return refused
	}
	packed, err := msgpack.Marshal(val, ty)
	if err != nil {
		return refused
	}
	return hexText(packed)
}

// msgpackLines are bytes that other encoders may send, good and bad, under several types.
func msgpackLines() []string {
	object := cty.Object(map[string]cty.Type{"a": cty.String, "b": cty.Number})
	types := []cty.Type{
		cty.String, cty.Number, cty.Bool, cty.DynamicPseudoType, cty.List(cty.String), cty.Set(cty.Number), cty.Map(cty.String), object,
		cty.Tuple([]cty.Type{cty.String, cty.Number}), cty.List(cty.DynamicPseudoType),
	}
	var lines []string
	for _, digits := range receivedMsgpack {
		data, err := hex.DecodeString(strings.ReplaceAll(digits, " ", ""))
		if err != nil {
			panic(err)
		}
		for _, ty := range types {
			result := outcome(ty, func() (cty.Value, error) { return msgpack.Unmarshal(data, ty) })
			lines = append(lines, strings.Join([]string{typeText(ty), hexText(data), result}, "\t"))
		}
	}
	for _, text := range append(numberTexts(), oddNumbers...) {
		data := append([]byte{0xda, byte(len(text) >> 8), byte(len(text))}, text...)
		result := outcome(cty.Number, func() (cty.Value, error) { return msgpack.Unmarshal(data, cty.Number) })
		lines = append(lines, strings.Join([]string{typeText(cty.Number), hexText(data), result}, "\t"))
	}
	return lines
}

var oddNumbers = []string{"Inf", "+Inf", "-Inf", "inf", "NaN", "", "-", "+1", "1e", "0x10", "1_000", " 1", "1 ", "١", "--1", "1e99", "1.2.3", "infinity", "."}

var receivedMsgpack = []string{
	// Nothing, one thing, scalars in all their codes.
	"c0", "c2", "c3", "00", "7f", "80", "90", "a0", "ff", "e0", "a161", "a131", "a3302e38", "a474727565",
	"cc01", "cd0001", "ce00000001", "cf0000000000000001", "d0ff", "d1ffff", "d2ffffffff", "d3ffffffffffffffff",
	"cfffffffffffffffff", "cf8000000000000000", "d38000000000000000",
	"ca3f000000", "ca3dcccccd", "cb3ff0000000000000", "cb8000000000000000", "cb4415af1d78b58c40", "cb7ff0000000000000", "cbfff0000000000000",
	"ca7f800000", "cb0000000000000001", "cb43e0000000000000",
	// Texts in every length code, and as binary.
	"d90161", "da000161", "db0000000161", "c40161", "c500013f", "c60000000131", "c400",
	// Arrays and maps in every length code, their keys in any order.
	"91a161", "9101", "92a16101", "dc0001a161", "dd00000001a161", "dc0000", "81a161a162", "82a161a178a16201", "82a16201a161a178", "de0001a161a162",
	"df00000001a161a162", "81c40161a162", "82a161c0a162c0", "91c0", "92c0c0", "93a161a162a163", "81a163a164",
	// Unknown values in every extension code.
	"d40000", "d40500", "d4ff00", "d40c00", "c70000", "c70005", "c7000c", "c8000000", "c90000000000", "c80001000c", "d5000000", "d6050000 0000",
	"c7030c8101c2", "c7030c8101c3", "c7040c8101c200", "c7020c8000", "c8 0003 0c 8101c2", "c9 00000003 0c 8101c2",
	"c7040c8102a161", "c7060c8203920 0c3", "c7050c81039200c3", "c7050c81049201c2", "c7050c8103920 1c3", "c7030c810501", "c7030c810602", "c7030c8105ff",
	"c7050c82050106 02", "c7050c8205 020601", "c70a0c810392a3302e38c3c0", "c7030c81c0c0", "c7030c8101c0", "c7030c9101c2",
	"91d40000", "92d40000d40000", "82a161d40000a162d40000", "81a161d40000",
	// Values with their types.
	"92c40822737472696e6722a161", "92a822737472696e6722a161", "92c40822737472696e6722c0", "92c40822737472696e6722d40000",
	"92c40922 64796e616d696322 c0", "92c40922 64796e616d696322 92c40622626f6f6c22c3", "92c40822 6e756d62657222 a161", "92c0c0", "92c403223f22c0",
	"92c4115b226c697374222c22737472696e67225d91a161", "93c40622626f6f6c22c3c3", "91c40622626f6f6c22",
	"9292c40622626f6f6c22c392c40622626f6f6c22c2", "9292c40622626f6f6c22c3c0", "9292c40622626f6f6c22c3d40000",
	// The empty tuple and the empty object of Go's nil.
	"92c40e 5b227475706c65222c6e756c6c5d 90", "92c40f 5b226f626a656374222c6e756c6c5d 80",
	// Cut short, never used. (go-cty would ask for the memory of any length, so no great lengths here.)
	"a2 61", "91", "81a161", "cc", "cb00", "d400", "c1", "91c1", "c40261",
}

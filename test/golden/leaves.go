package main

import (
	"math"
	"math/big"
	"strings"

	"github.com/zclconf/go-cty/cty"
)

var attributeNames = []string{
	"a", "b", "id", "iommu_group", "constructor", "__proto__", "toString", "Z", "with space", "ä", "\uffee", "😀", "<&>", "",
}

var texts = []string{
	"", "hello", " ", "0000:03:00.0", "line\nbreak\ttab\r\b\f", "\x00\x01\x1f\x7f", "\"quoted\" \\ /", "<script>&amp;</script>",
	"\u2028\u2029", "naïve", "na\u0069\u0308ve", "\u1112\u1161\u11ab", "日本語", "😀", "👩‍👩‍👧‍👦", "🇩🇪", "\ufeffbom", "\ufffd", "\U0010ffff",
	"e\u0301\u0302", "\u202ertl", "__proto__", "constructor", "true", "1", "null", "1e400", "\u0085", "\ud7ff\ue000",
}

// longTexts have the lengths at which MessagePack changes its form.
func longTexts() []string {
	var all []string
	for _, length := range []int{31, 32, 255, 256, 65535, 65536} {
		all = append(all, strings.Repeat("a", length))
	}
	return append(all, strings.Repeat("ä", 15), strings.Repeat("ä", 16), strings.Repeat("日", 86), strings.Repeat("😀", 64))
}

// numberTexts are numbers as a configuration may have them.
func numberTexts() []string {
	all := []string{
		"0", "-0", "0.0", "1", "-1", "0.5", "-0.5", "0.1", "0.2", "0.3", "0.8", "-0.8", "1.1", "100.01", "3.14159265358979323846264338327950288",
		"1e-7", "-1e-7", "1e-400", "1e400", "-1e400", "1e20", "1e21", "1e22", "123456789e-20", "1.50", "0010", ".5", "5.", "1E3", "1e+3",
		"9007199254740991", "9007199254740992", "9007199254740993", "-9007199254740993", "9223372036854775807", "9223372036854775808",
		"-9223372036854775808", "-9223372036854775809", "18446744073709551615", "18446744073709551616", "9007199254740993.5",
		"0.5" + strings.Repeat("0", 200) + "1", "1" + strings.Repeat("0", 160) + "1", "0." + strings.Repeat("3", 154), "0." + strings.Repeat("3", 155),
		"0." + strings.Repeat("3", 400), "0." + strings.Repeat("9", 153), "0." + strings.Repeat("9", 154), "0." + strings.Repeat("9", 300),
		strings.Repeat("9", 153), strings.Repeat("9", 154), strings.Repeat("9", 155), strings.Repeat("9", 300), strings.Repeat("1234567890", 30),
		strings.Repeat("1234567890", 30) + "." + strings.Repeat("1234567890", 30), "0." + strings.Repeat("0", 500) + strings.Repeat("7", 200),
		"4.940656458412465441765687928682213723651e-324", "1.7976931348623157e308", "1.7976931348623159e308", "2.2250738585072011e-308",
	}
	for _, exponent := range []int{1, 10, 52, 53, 54, 63, 64, 100, 511, 512, 513, 600, 1000, 1074, 1100} {
		power := new(big.Int).Lsh(big.NewInt(1), uint(exponent))
		all = append(all, power.String(), new(big.Int).Add(power, big.NewInt(1)).String(), new(big.Int).Sub(power, big.NewInt(1)).String())
		inverse := new(big.Float).SetPrec(512).Quo(big.NewFloat(1), new(big.Float).SetInt(power))
		all = append(all, inverse.Text('f', -1), inverse.Text('f', exponent), inverse.Text('e', 20))
	}
	r := random(0x2545f4914f6cdd1d)
	for _, digits := range []int{10, 17, 18, 40, 150, 152, 153, 154, 155, 156, 160, 200, 309, 400, 700} {
		for range 2 {
			var text strings.Builder
			for range digits {
				text.WriteByte(byte('0' + r.below(10)))
			}
			whole := r.below(digits)
			all = append(all, text.String(), text.String()[:whole]+"."+text.String()[whole:]+"1", "-0."+text.String())
		}
	}
	return all
}

var allNumbers []cty.Value

// numbers are made in all three ways in which go-cty makes them, which differ in precision.
func numbers() []cty.Value {
	if allNumbers != nil {
		return allNumbers
	}
	for _, text := range numberTexts() {
		allNumbers = append(allNumbers, cty.MustParseNumberVal(text))
	}
	for _, bits := range []uint{0, 4, 5, 7, 8, 15, 16, 31, 32, 53, 62, 63} {
		for _, delta := range []int64{-1, 0, 1} {
			value := int64(uint64(1)<<bits) + delta
			allNumbers = append(allNumbers, cty.NumberIntVal(value), cty.NumberIntVal(-value), cty.NumberUIntVal(uint64(value)))
		}
	}
	floats := []float64{
		0.1, 0.5, 1.5, 1e-7, 1e20, 1e21, 1e300, math.Pi, math.MaxFloat64, math.SmallestNonzeroFloat64, 2.2250738585072014e-308,
		2.225073858507201e-308, 1 << 53, 1<<53 + 2, 1 << 63, 1 << 70, math.Copysign(0, -1), 123456.789, 5e-324 * 3, 0x1p-1022, 0x1.fffffffffffffp-1,
	}
	for _, value := range floats {
		allNumbers = append(allNumbers, cty.NumberFloatVal(value), cty.NumberFloatVal(-value))
	}
	third := cty.NumberIntVal(1).Divide(cty.NumberIntVal(3))
	exactThird := cty.MustParseNumberVal("1").Divide(cty.MustParseNumberVal("3"))
	allNumbers = append(allNumbers, third, exactThird, exactThird.Multiply(exactThird), cty.PositiveInfinity, cty.NegativeInfinity)
	return allNumbers
}

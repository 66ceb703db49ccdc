package main

import (
	"fmt"
	"sort"
	"strings"

	"github.com/zclconf/go-cty/cty"
	ctyjson "github.com/zclconf/go-cty/cty/json"
	"github.com/zclconf/go-cty/cty/msgpack"
)

// sample is a value and the type under which it travels.
type sample struct {
	ty  cty.Type
	val cty.Value
}

func valueLines() []string {
	seen := map[string]bool{}
	var lines []string
	for _, s := range samples() {
		line := valueLine(s)
		if !seen[line] {
			seen[line] = true
			lines = append(lines, line)
		}
	}
	return lines
}

func valueLine(s sample) string {
	packed, err := msgpack.Marshal(s.val, s.ty)
	check(err, s)
	received, err := msgpack.Unmarshal(packed, s.ty)
	check(err, s)
	again, err := msgpack.Marshal(received, s.ty)
	check(err, s)
	if string(packed) != string(again) {
		check(fmt.Errorf("%x is not stable", packed), s)
	}
	return strings.Join([]string{typeText(s.ty), hexText(packed)}, "\t")
}

func check(err error, s sample) {
	if err != nil {
		panic(fmt.Sprintf("%#v as %#v: %s", s.val, s.ty, err))
	}
}

func typeText(ty cty.Type) string {
	text, err := ctyjson.MarshalType(ty)
	if err != nil {
		panic(err)
	}
	return string(text)
}

func sortedNames(attributes map[string]cty.Type) []string {
	names := make([]string, 0, len(attributes))
	for name := range attributes {
		names = append(names, name)
	}
	sort.Strings(names)
	return names
}

func samples() []sample {
	var all []sample
	add := func(ty cty.Type, values ...cty.Value) {
		for _, value := range values {
			all = append(all, sample{ty, value})
		}
	}
	for _, text := range append(longTexts(), texts...) {
		add(cty.String, cty.StringVal(text))
		add(cty.Map(cty.Bool), cty.MapVal(map[string]cty.Value{text: cty.True}))
	}
	add(cty.Number, numbers()...)
	add(cty.Bool, cty.True, cty.False)
	for _, ty := range plainTypes() {
		add(ty, cty.NullVal(ty))
		add(ty, unknowns(ty)...)
		add(cty.DynamicPseudoType, cty.NullVal(ty))
		add(cty.DynamicPseudoType, unknowns(ty)...)
		add(cty.List(ty), cty.ListVal(unknowns(ty)), cty.ListVal([]cty.Value{cty.NullVal(ty)}))
		add(cty.Set(ty), cty.SetVal([]cty.Value{cty.NullVal(ty), cty.UnknownVal(ty)}))
	}
	for i, number := range numbers() {
		if i%7 != 0 {
			continue
		}
		add(cty.DynamicPseudoType, number, cty.TupleVal([]cty.Value{number, cty.StringVal("x")}))
		add(cty.Object(map[string]cty.Type{"n": cty.Number}), cty.ObjectVal(map[string]cty.Value{"n": number}))
	}
	all = append(all, containers()...)
	all = append(all, deepValues()...)
	r := random(0x9e3779b97f4a7c15)
	for range 1200 {
		ty := r.someType(4)
		if s := (sample{ty, r.someValue(r.fixed(ty))}); readable(s) {
			all = append(all, s)
		}
	}
	return all
}

// readable says whether go-cty can read what it writes: it panics at its own lists of lists of dynamic values
// when only some of them have elements.
func readable(s sample) (ok bool) {
	defer func() { ok = recover() == nil }()
	valueLine(s)
	return
}

// deepValues are containers in containers.
func deepValues() []sample {
	var all []sample
	for _, depth := range []int{1, 2, 10, 50, 100} {
		ty, val := cty.String, cty.StringVal("bottom")
		dynamicType, dynamicVal := cty.DynamicPseudoType, cty.True
		for range depth {
			ty, val = cty.List(ty), cty.ListVal([]cty.Value{val})
			dynamicType = cty.Tuple([]cty.Type{dynamicType})
			dynamicVal = cty.TupleVal([]cty.Value{dynamicVal})
		}
		all = append(all, sample{ty, val}, sample{cty.DynamicPseudoType, val}, sample{dynamicType, dynamicVal})
		ty, val = cty.Number, cty.NumberIntVal(1)
		for range depth {
			ty = cty.Object(map[string]cty.Type{"inner": cty.Map(ty)})
			val = cty.ObjectVal(map[string]cty.Value{"inner": cty.MapVal(map[string]cty.Value{"k": val})})
		}
		all = append(all, sample{ty, val})
	}
	return all
}

package main

import (
	"fmt"
	"strings"

	"github.com/zclconf/go-cty/cty"
)

// plainTypes are types of every kind, for nulls and unknowns.
func plainTypes() []cty.Type {
	object := cty.Object(map[string]cty.Type{"id": cty.String, "iommu_group": cty.Number, "mdev": cty.Bool})
	return []cty.Type{
		cty.String, cty.Number, cty.Bool, cty.List(cty.String), cty.Set(cty.Number), cty.Map(cty.Bool), object,
		cty.List(object), cty.Map(object), cty.EmptyTuple, cty.EmptyObject, cty.Tuple([]cty.Type{cty.String, cty.Bool}),
		cty.Object(map[string]cty.Type{"__proto__": cty.String, "constructor": cty.List(cty.Number)}),
	}
}

// unknowns of a type, refined in every way that the type allows.
func unknowns(ty cty.Type) []cty.Value {
	plain := cty.UnknownVal(ty)
	if ty == cty.DynamicPseudoType {
		return []cty.Value{plain}
	}
	all := []cty.Value{plain, plain.RefineNotNull()}
	switch {
	case ty == cty.String:
		for _, prefix := range []string{"f", "foo-", "0000:03:00.", "ä-", "日本語/", strings.Repeat("p", 250), strings.Repeat("ä", 200) + "-"} {
			all = append(all, plain.Refine().StringPrefixFull(prefix).NewValue(), plain.Refine().NotNull().StringPrefixFull(prefix).NewValue())
		}
	case ty == cty.Number:
		bounds := []cty.Value{
			cty.NumberIntVal(-1), cty.Zero, cty.NumberFloatVal(0.5), cty.MustParseNumberVal("0.8"), cty.NumberIntVal(70000),
			cty.MustParseNumberVal("1e30"),
		}
		for i, low := range bounds {
			inclusive := i%2 == 0
			all = append(all,
				plain.Refine().NumberRangeLowerBound(low, inclusive).NewValue(),
				plain.Refine().NotNull().NumberRangeUpperBound(low, !inclusive).NewValue(),
			)
			if i+1 < len(bounds) {
				all = append(all, plain.Refine().NotNull().NumberRangeLowerBound(low, !inclusive).NumberRangeUpperBound(bounds[i+1], inclusive).NewValue())
			}
		}
	case ty.IsCollectionType():
		for _, low := range []int{1, 2, 200, 70000} {
			all = append(all,
				plain.Refine().CollectionLengthLowerBound(low).NewValue(),
				plain.Refine().NotNull().CollectionLengthUpperBound(low).NewValue(),
				plain.Refine().CollectionLengthLowerBound(low).CollectionLengthUpperBound(low+1).NewValue(),
				plain.Refine().NotNull().CollectionLengthLowerBound(low).CollectionLengthUpperBound(low*3).NewValue(),
			)
		}
		all = append(all, plain.Refine().CollectionLengthUpperBound(0).NewValue())
	}
	return all
}

// containers of every kind, of the lengths at which MessagePack changes its form, and with dynamic parts.
func containers() []sample {
	var all []sample
	add := func(ty cty.Type, val cty.Value) { all = append(all, sample{ty, val}) }
	for _, length := range []int{0, 1, 2, 15, 16, 17, 300, 65535, 65536} {
		bools := make([]cty.Value, length)
		for i := range bools {
			bools[i] = cty.True
		}
		add(cty.List(cty.Bool), collection(cty.List(cty.Bool), bools))
		add(cty.DynamicPseudoType, collection(cty.List(cty.Bool), bools))
		if length > 300 {
			continue
		}
		numbered := make([]cty.Value, length)
		named := map[string]cty.Value{}
		types := map[string]cty.Type{}
		for i := range numbered {
			numbered[i] = cty.NumberIntVal(int64(length - i))
			named[fmt.Sprintf("key%d", i)] = cty.NumberIntVal(int64(i))
			types[fmt.Sprintf("key%d", i)] = cty.Number
		}
		add(cty.Set(cty.Number), collection(cty.Set(cty.Number), numbered))
		add(cty.Tuple(cty.TupleVal(numbered).Type().TupleElementTypes()), cty.TupleVal(numbered))
		add(cty.Object(types), cty.ObjectVal(named))
		if length > 0 {
			add(cty.Map(cty.Number), cty.MapVal(named))
		}
	}
	odd := map[string]cty.Value{}
	oddTypes := map[string]cty.Type{}
	openTypes := map[string]cty.Type{}
	for i, name := range attributeNames {
		odd[name] = cty.NumberIntVal(int64(i))
		oddTypes[name] = cty.Number
		openTypes[name] = cty.DynamicPseudoType
	}
	for _, ty := range []cty.Type{cty.Object(oddTypes), cty.Object(openTypes), cty.DynamicPseudoType} {
		add(ty, cty.ObjectVal(odd))
	}
	for _, ty := range []cty.Type{cty.Map(cty.Number), cty.Map(cty.DynamicPseudoType), cty.DynamicPseudoType} {
		add(ty, cty.MapVal(odd))
	}
	return append(all, dynamics()...)
}

// dynamics have values of every kind in places of type dynamic.
func dynamics() []sample {
	open := cty.DynamicPseudoType
	var all []sample
	values := []cty.Value{cty.DynamicVal, cty.NullVal(open), cty.EmptyObjectVal, cty.EmptyTupleVal, cty.StringVal("x"), cty.NumberFloatVal(0.25), cty.Zero}
	for _, ty := range plainTypes() {
		values = append(values, cty.NullVal(ty), cty.UnknownVal(ty), cty.UnknownVal(ty).RefineNotNull())
	}
	for _, text := range texts[:8] {
		values = append(values, cty.ObjectVal(map[string]cty.Value{"name": cty.StringVal(text), "open": cty.DynamicVal, "none": cty.NullVal(open)}))
	}
	for _, value := range values {
		all = append(all,
			sample{open, value},
			sample{cty.List(open), cty.ListVal([]cty.Value{value, value})},
			sample{cty.Map(open), cty.MapVal(map[string]cty.Value{"one": value, "two": value})},
			sample{cty.Tuple([]cty.Type{open, cty.Bool}), cty.TupleVal([]cty.Value{value, cty.False})},
			sample{cty.Object(map[string]cty.Type{"any": open, "id": cty.String}), cty.ObjectVal(map[string]cty.Value{"any": value, "id": cty.StringVal("i")})},
			sample{open, cty.TupleVal([]cty.Value{value, cty.TupleVal([]cty.Value{value})})},
		)
	}
	return append(all,
		sample{cty.Set(open), cty.SetVal([]cty.Value{cty.StringVal("b"), cty.StringVal("a")})},
		sample{cty.Set(cty.Set(cty.String)), cty.SetVal([]cty.Value{cty.SetVal([]cty.Value{cty.StringVal("b")}), cty.SetValEmpty(cty.String)})},
		sample{cty.Set(cty.List(open)), cty.SetVal([]cty.Value{cty.ListVal([]cty.Value{cty.True}), cty.ListVal([]cty.Value{cty.False})})},
	)
}

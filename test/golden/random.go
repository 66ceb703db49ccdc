package main

import (
	"fmt"

	"github.com/zclconf/go-cty/cty"
)

// random is xorshift64: the same numbers with every version of Go.
type random uint64

func (r *random) below(limit int) int {
	x := uint64(*r)
	x ^= x << 13
	x ^= x >> 7
	x ^= x << 17
	*r = random(x)
	return int((x >> 11) % uint64(limit))
}

func pick[T any](r *random, choices []T) T {
	return choices[r.below(len(choices))]
}

// someType makes a type with at most depth levels of containers.
func (r *random) someType(depth int) cty.Type {
	primitives := []cty.Type{cty.String, cty.Number, cty.Bool, cty.String, cty.Number, cty.DynamicPseudoType}
	if depth == 0 || r.below(5) == 0 {
		return pick(r, primitives)
	}
	switch r.below(5) {
	case 0:
		return cty.List(r.someType(depth - 1))
	case 1:
		return cty.Set(r.someType(depth - 1))
	case 2:
		return cty.Map(r.someType(depth - 1))
	case 3:
		elements := make([]cty.Type, r.below(4))
		for i := range elements {
			elements[i] = r.someType(depth - 1)
		}
		return cty.Tuple(elements)
	default:
		attributes := map[string]cty.Type{}
		for range r.below(5) {
			attributes[pick(r, attributeNames)] = r.someType(depth - 1)
		}
		return cty.Object(attributes)
	}
}

// someValue makes a value that conforms to the type; fixed is the type that it has, without dynamic parts.
func (r *random) someValue(fixed cty.Type) cty.Value {
	switch r.below(12) {
	case 0:
		return cty.NullVal(fixed)
	case 1:
		return pick(r, unknowns(fixed))
	}
	switch {
	case fixed == cty.DynamicPseudoType:
		return cty.NullVal(fixed)
	case fixed == cty.String:
		return cty.StringVal(pick(r, texts))
	case fixed == cty.Number:
		return pick(r, numbers())
	case fixed == cty.Bool:
		return cty.BoolVal(r.below(2) == 0)
	case fixed.IsTupleType():
		var elements []cty.Value
		for _, element := range fixed.TupleElementTypes() {
			elements = append(elements, r.someValue(element))
		}
		return cty.TupleVal(elements)
	case fixed.IsObjectType():
		attributes := map[string]cty.Value{}
		for _, name := range sortedNames(fixed.AttributeTypes()) {
			attributes[name] = r.someValue(fixed.AttributeType(name))
		}
		return cty.ObjectVal(attributes)
	}
	elements := make([]cty.Value, r.below(4))
	for i := range elements {
		elements[i] = r.someValue(fixed.ElementType())
	}
	return collection(fixed, elements)
}

// collection makes a list, set or map of a type from elements.
func collection(ty cty.Type, elements []cty.Value) cty.Value {
	element := ty.ElementType()
	switch {
	case ty.IsListType() && len(elements) == 0:
		return cty.ListValEmpty(element)
	case ty.IsListType():
		return cty.ListVal(elements)
	case ty.IsSetType() && len(elements) == 0:
		return cty.SetValEmpty(element)
	case ty.IsSetType():
		return cty.SetVal(elements)
	case len(elements) == 0:
		return cty.MapValEmpty(element)
	}
	values := map[string]cty.Value{}
	for i, value := range elements {
		values[fmt.Sprintf("%s%d", attributeNames[i], i)] = value
	}
	return cty.MapVal(values)
}

// fixed replaces the dynamic parts of a type with types of values; some stay open.
func (r *random) fixed(ty cty.Type) cty.Type {
	switch {
	case ty == cty.DynamicPseudoType:
		if r.below(6) == 0 {
			return ty
		}
		return r.fixed(r.someType(1))
	case ty.IsListType():
		return cty.List(r.fixed(ty.ElementType()))
	case ty.IsSetType():
		return cty.Set(r.fixed(ty.ElementType()))
	case ty.IsMapType():
		return cty.Map(r.fixed(ty.ElementType()))
	case ty.IsTupleType():
		elements := []cty.Type{}
		for _, element := range ty.TupleElementTypes() {
			elements = append(elements, r.fixed(element))
		}
		return cty.Tuple(elements)
	case ty.IsObjectType():
		attributes := map[string]cty.Type{}
		for _, name := range sortedNames(ty.AttributeTypes()) {
			attributes[name] = r.fixed(ty.AttributeType(name))
		}
		return cty.Object(attributes)
	}
	return ty
}

// Is the learner's answer the expected one, up to rounding? And if not, where does it first differ?
#pragma once
#include <string>

#include "grader/exercise.hpp"

namespace cnn::grader {

// |answer - expected| ≤ absolute + relative · |expected|, for functions whose rounding the grader cannot derive.
struct Tolerance {
    double relative = 0, absolute = 0;
};

// The same kinds of values in the same places: tensors of one shape, lists of one length, records of one kind.
bool same_structure(const Value& a, const Value& b);

// How far each number of an answer may be from the expected one: the same structure as the answer, a tensor of bounds
// for every tensor, a bound for every real number. Whole numbers, texts and truth values must be equal.
Value allowance(const Value& expected, const Tolerance& tolerance);

// The bound for a sum of n products: two orders of summation differ by at most 2(n + 1)u Σ|terms| with u = 2^-24
// (Higham, Accuracy and Stability of Numerical Algorithms, section 3.1). Both unknowns come from the function itself:
// called on absolute values it gives Σ|terms|, called on ones it counts them. Where it gives neither (it refuses such
// arguments, or answers in another shape), 16u times the largest expected value.
Value derived_allowance(const Invoke& reference, const List& arguments, const Value& expected);

// Empty when the answer is right. Otherwise two lines: what differs, and the first place with both values.
// `name` is what the result is called: "y" gives "y(0, 0, 1, 2)".
std::string difference(const std::string& name, const Value& answer, const Value& expected, const Value& allowed);

}  // namespace cnn::grader

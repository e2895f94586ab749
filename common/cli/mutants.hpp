// Programs that differ from a right one in one place, as a slip of the fingers would make them: what the tests of a lab
// let pass of these, they would let pass of a learner (mutation testing: DeMillo, Lipton and Sayward, "Hints on Test
// Data Selection", 1978).
#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace cnn::cli {

struct Mutant {
    int line = 0;         // from 1
    std::string kind;     // "comparison", "arithmetic", "sign", "constant", "axis", "logic", "dropped statement"
    std::string was, is;  // the line before and after, without the blanks around it
    std::string source;   // the whole text
};

// Every mutant of this C++ text, line by line: in code, not in comments, strings or #include.
std::vector<Mutant> mutants_of(const std::string& source);

// So many of them, chosen by the seed alone, in the order they are to be tried. The same on every machine.
std::vector<Mutant> sample(std::vector<Mutant> mutants, std::size_t count, std::uint32_t seed);

// Of a text that says of which mutants it is known why no test tells them from the right program, the reason for this
// one; empty where it is not listed. Two lines each, the line as the mutant has it, then the reason behind four blanks.
std::string known_reason(const std::string& list, const Mutant& mutant);

}  // namespace cnn::cli

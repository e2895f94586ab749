// The text that a verdict is about: taken once, and compiled from a copy. What is saved while it is built or judged
// changes nothing about the verdict, and is judged the next time.
#pragma once
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "cli/labs.hpp"

namespace cnn::cli {

// Where the copy of the learner's own file lies, from which worker, timed worker and operators are compiled.
std::filesystem::path judged_copy(const Tree& tree, const Lab& lab);

// Makes `copy` hold the text, if it does not yet: what is up to date is not built again. The compiler is told that it
// reads `original` (an absolute path), and names that in its messages and for the debugger.
void take_copy(const std::filesystem::path& copy, const std::string& text, const std::filesystem::path& original);

// The copies of all these labs, as the learner's files are now; returns the fingerprints of what was taken, by the
// lab's number. The caller holds the build's lock.
std::map<std::string, std::string> take_copies(const Tree& tree, const std::vector<Lab>& labs);

// Why this cannot be the text of a C++ file, in a sentence; empty where it can.
std::string not_a_source(const std::string& text, const std::string& name);

// A sentence about what learners' files are refused for and compilers name less well: quotation marks of a word
// processor. Empty where there is nothing to say.
std::string explain_characters(const std::string& text, const std::string& compilers_words);

}  // namespace cnn::cli

// A workbook of two small labs in a temporary folder, for tests: Ninja is real, the compiler and the judge are shell
// scripts. A learner's file says by "// judge: NAME" which of the reports below it gets, and by "#error" that it does
// not compile.
#pragma once
#include <string>
#include <vector>

#include "cli/files.hpp"
#include "cli/tree.hpp"
#include "tensor/file.hpp"

namespace cnn::cli {

struct Said {
    int code = 0;
    std::string out{};
    std::string err{};
};

class FakeTree {
public:
    FakeTree();

    // Runs `lab` with these words in this tree.
    Said lab(std::vector<std::string> words) const;
    Tree tree() const { return {folder_.path() / "a tree", folder_.path() / "a tree" / "build"}; }
    std::filesystem::path file(const std::string& path) const { return tree().root / path; }
    void write(const std::string& path, const std::string& text) const { write_file(file(path), text); }
    std::string read(const std::string& path) const { return text_of(file(path)).value_or("(missing)"); }
    // The learner's file of lab 04, with the verdict it shall get.
    void submit(const std::string& verdict) const;

private:
    TemporaryFolder folder_;
};

}  // namespace cnn::cli

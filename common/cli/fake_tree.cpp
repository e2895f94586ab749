#include "cli/fake_tree.hpp"

#include <fmt/format.h>

#include <cstdlib>

#include "cli/command_line.hpp"

namespace cnn::cli {

namespace fs = std::filesystem;

namespace {

constexpr const char* ninja_file = R"(
rule compile
  command = ../compile.sh $in -o $out -MF $out.d
  deps = gcc
  depfile = $out.d
rule link
  command = : && sh ../link.sh $in -o $out && :
rule judge
  command = cp ../judge.sh $out && chmod +x $out
rule program
  command = cp ../program.sh $out && chmod +x $out
rule skeleton
  command = printf '// the skeleton\n// judge: not started\n' > $out

build CMakeFiles/worker01.dir/judged/01-sobel/sobel.cpp.o: compile @ROOT@/build/judged/01-sobel/sobel.cpp
build bin/worker01: link CMakeFiles/worker01.dir/judged/01-sobel/sobel.cpp.o
build worker01: phony bin/worker01
build bin/judge01: judge
build judge01: phony bin/judge01
build CMakeFiles/worker04.dir/judged/04-convolution/convolution.cpp.o: compile @ROOT@/build/judged/04-convolution/convolution.cpp
build CMakeFiles/lab04.dir/labs/04-convolution/convolution.cpp.o: compile @ROOT@/labs/04-convolution/convolution.cpp
build bin/worker04: link CMakeFiles/worker04.dir/judged/04-convolution/convolution.cpp.o
build worker04: phony bin/worker04
build bin/judge04: judge
build judge04: phony bin/judge04
build bin/lab04: program CMakeFiles/lab04.dir/labs/04-convolution/convolution.cpp.o
build lab04: phony bin/lab04
build bin/lab04-reference: program
build lab04-reference: phony bin/lab04-reference
build bin/lab-bench: program
build lab-bench: phony bin/lab-bench
build mine/lab04.so: link CMakeFiles/worker04.dir/judged/04-convolution/convolution.cpp.o
build mine04: phony mine/lab04.so
build skeletons/04-convolution/convolution.cpp: skeleton
build skeleton04: phony skeletons/04-convolution/convolution.cpp
)";

// Tells what is included, as the real one does, and names the file that #line names. An empty program it can build,
// too.
constexpr const char* compiler = R"sh(#!/bin/sh
name=$(sed -n '1s|^#line 1 "\(.*\)"$|\1|p' "$1")
shift=1
[ -n "$name" ] || { name=$1; shift=0; }
if grep -q '#error' "$1"; then
    grep -n '#error' "$1" | while IFS=: read -r line rest; do
        echo "$name:$((line - shift)):2: error: #error was met" >&2
    done
    exit 1
fi
[ ! -f ../while_compiling.sh ] || sh ../while_compiling.sh
cp "$1" "$3"
case $1 in */empty.cpp) printf '#!/bin/sh\nexit 0\n' > "$3"; chmod +x "$3" ;; esac
source=$1
while [ $# -gt 0 ]; do
    [ "$1" = -MF ] && { printf 'object:'; sed -n 's| |\\ |g; s|^#include\\ "\(.*\)"| \1|p' "$source"; } > "$2"
    shift
done
exit 0
)sh";
constexpr const char* linker = R"(if grep -q 'not defined' "$1"; then
    echo "ld: undefined reference to \`cnn::lab04::conv2d_forward(cnn::Tensor const&)'" >&2
    exit 1
fi
cp "$1" "$3"
)";

// judge --worker W --json FILE [--task T]: the worker is the learner's file, its verdict is written in it.
constexpr const char* judge = R"sh(#!/bin/sh
root=$(dirname "$(dirname "$(dirname "$0")")")
verdict=$(sed -n 's|^// judge: ||p' "$2")
case $verdict in
    "dies") kill -SEGV $$ ;;
    "is silent") exit 0 ;;
    "says nothing of a pass") cp "$root/reports/passed.json" "$4"; exit 1 ;;
    "says nothing of a failure") cp "$root/reports/failed.json" "$4"; exit 0 ;;
    "speaks garbage") echo '{"lab": ' > "$4"; exit 0 ;;
    "cannot work") echo "the judge cannot work today"; exit 2 ;;
    "has no tasks") echo '{"lab":"04","title":"","points":0,"max_points":5,"tasks":[]}' > "$4"; exit 0 ;;
    "speaks of another lab") sed 's/"04"/"05"/' "$root/reports/passed.json" > "$4"; exit 0 ;;
esac
cp "$root/reports/$verdict.json" "$4" || exit 2
case $verdict in passed) exit 0 ;; *) exit 1 ;; esac
)sh";

// A lab's program: writes down how it was called.
constexpr const char* program = R"sh(#!/bin/sh
[ "$1" = --takes-operators ] && exit 0
echo "$(basename "$0") $*" > "$(dirname "$0")/../../ran"
)sh";

constexpr const char* description_04 = R"({"lab": "04", "slug": "convolution", "title": "Convolution",
 "part": "Learned features: layers", "max_points": 5, "tasks": [
 {"task": "4.1", "title": "The size of a feature map", "points": 2, "functions": ["output_size"]},
 {"task": "4.4", "title": "Channels, filters", "points": 3, "functions": ["conv2d_forward"]}]})";
constexpr const char* description_01 = R"({"lab": "01", "slug": "sobel", "title": "Edges",
 "part": "Features by hand", "max_points": 1, "tasks": [
 {"task": "1.1", "title": "Gray levels", "points": 1, "functions": ["gray"]}]})";

std::string report(const std::string& points, const std::string& status, const std::string& tests) {
    return fmt::format(
        R"({{"lab": "04", "title": "Convolution", "points": {}, "max_points": 5, "seconds": 0.2, "tasks": [
 {{"task": "4.1", "title": "The size of a feature map", "points": 2, "max_points": 2, "status": "passed", "tests": [
  {{"name": "sizes", "status": "passed", "message": "", "diagnosis": "", "seconds": 0.001, "output": ""}}]}},
 {{"task": "4.4", "title": "Channels, filters", "points": {}, "max_points": 3, "status": "{}", "tests": [{}]}}]}})",
        points, std::stoi(points) - 2, status, tests);
}

constexpr const char* wrong = R"(
  {"name": "several channels", "status": "failed", "message": "x [2, 3, 7, 5]   w [4, 3, 3, 3]\n118 of 120 values differ.",
   "diagnosis": "This is what you get when only the last channel is kept.", "seconds": 0.002, "output": "here\n"},
  {"name": "bias", "status": "passed", "message": "", "diagnosis": "", "seconds": 0.001, "output": ""},
  {"name": "stride", "status": "failed", "message": "x [1, 1, 9, 9]", "diagnosis": "", "seconds": 0.002, "output": ""})";
constexpr const char* right =
    R"({"name": "bias", "status": "passed", "message": "", "diagnosis": "", "seconds": 0.001, "output": ""})";
constexpr const char* open_test =
    R"({"name": "bias", "status": "not started", "message": "", "diagnosis": "", "seconds": 0, "output": ""})";

std::string all_of(std::FILE* stream) {
    std::string text(static_cast<std::size_t>(std::ftell(stream)), '\0');
    std::rewind(stream);
    text.resize(std::fread(text.data(), 1, text.size(), stream));
    std::fclose(stream);
    return text;
}

}  // namespace

FakeTree::FakeTree() {
    std::string ninja = ninja_file;
    const std::string root = tree().root.string();
    std::string escaped;  // Ninja separates paths by spaces
    for (const char c : root) escaped += c == ' ' ? "$ " : std::string(1, c);
    for (std::size_t at; (at = ninja.find("@ROOT@")) != std::string::npos;) ninja.replace(at, 6, escaped);
    write("build/build.ninja", ninja);
    write("build/compile_commands.json",
          fmt::format(R"([{{"directory": "{0}/build", "file": "{0}/build/judged/04-convolution/convolution.cpp",
 "command": "'{0}/compile.sh' '{0}/build/judged/04-convolution/convolution.cpp' -o CMakeFiles/worker04.dir/judged/04-convolution/convolution.cpp.o"}}])",
                      root));
    write("compile.sh", compiler);
    fs::permissions(file("compile.sh"), fs::perms::owner_all);
    write("link.sh", linker);
    write("judge.sh", judge);
    write("program.sh", program);
    write("labs/04-convolution/main.cpp", "");
    write("labs/01-sobel/tasks.json", description_01);
    write("labs/04-convolution/tasks.json", description_04);
    write("reports/failed.json", report("3", "failed", wrong));
    write("reports/passed.json", report("5", "passed", right));
    write("reports/not started.json", report("2", "not started", open_test));
    write("labs/01-sobel/sobel.cpp", "// judge: not started\n");
    write("labs/14-unfinished/exercises.cpp", "");
    write("labs/04-convolution/operators.cpp", "list{\n    {\"conv2d_forward\", \"4.4\", install}};\n");
    write("labs/04-convolution/hints.md",
          "For reading aloud.\n\n## 4.4 Channels\n\n1. How many\n   numbers?\n2. Add them.\n3. So:\n   ```cpp\n   sum "
          "+= x;\n   ```\n");
    fs::create_directories(file("build/bin"));
    fs::create_directories(file("build/labs"));
    submit("failed");
}

void FakeTree::submit(const std::string& verdict) const {
    write("labs/04-convolution/convolution.cpp",
          "// judge: " + verdict + "\nTensor conv2d_forward(const Tensor& x) {\n    return conv2d_forward(x);\n}\n");
}

Said FakeTree::lab(std::vector<std::string> words) const {
    std::FILE *out = std::tmpfile(), *err = std::tmpfile();
    const terminal::Terminal plain{.unicode = true, .width = 90};
    Said said{command({tree(), out, err, plain, plain}, std::move(words))};
    said.out = all_of(out);
    said.err = all_of(err);
    return said;
}

}  // namespace cnn::cli

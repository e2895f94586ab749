// The script `lab` itself, beside programs that stand in for the package manager, CMake and Ninja.
#include <sys/stat.h>

#include <boost/test/unit_test.hpp>
#include <filesystem>

#include "cli/process.hpp"
#include "tensor/file.hpp"

using namespace cnn;
namespace fs = std::filesystem;

namespace {

constexpr const char* everything_is_installed = R"(#!/bin/sh
for word; do echo "$word installed"; done
)";
constexpr const char* configures = R"(#!/bin/sh
while [ $# -gt 0 ]; do
    [ "$1" = -S ] && source=$2
    [ "$1" = -B ] && build=$2
    shift
done
echo "CMAKE_HOME_DIRECTORY:INTERNAL=$source" > "$build/CMakeCache.txt"
echo > "$build/build.ninja"
)";
// The command it builds says what it was given.
constexpr const char* builds = R"(#!/bin/sh
[ -d "$TMPDIR" ] && [ -w "$TMPDIR" ] || { echo "no place for temporary files"; exit 1; }
mkdir -p "$2/bin"
printf '#!/bin/sh\necho "lab $*"\n' > "$2/bin/lab"
chmod +x "$2/bin/lab"
)";

struct FrontDoor {
    TemporaryFolder temporary;
    fs::path tools = temporary.path() / "tools";

    FrontDoor() {
        add_tool("dpkg-query", everything_is_installed);
        add_tool("apt-get", "#!/bin/sh\nexit 1\n");
        add_tool("cmake", configures);
        add_tool("ninja", builds);
    }
    void add_tool(const std::string& name, const std::string& text) const { put(tools / name, text); }
    static void put(const fs::path& file, const std::string& text) {
        fs::create_directories(file.parent_path());
        replace_file(file, text);
        chmod(file.c_str(), 0755);
    }

    // A checkout in a folder of this name, and its script.
    fs::path checkout(const std::string& name) const {
        const fs::path root = temporary.path() / name;
        fs::create_directories(root / "common/cli");
        fs::copy_file(fs::path(CNN_SOURCE_DIR) / "lab", root / "lab");
        fs::copy_file(fs::path(CNN_SOURCE_DIR) / "common/cli/packages.txt", root / "common/cli/packages.txt");
        return root / "lab";
    }
    cli::Output call(const fs::path& script, std::vector<std::pair<std::string, std::string>> more = {}) const {
        more.emplace_back("PATH", tools.string() + ":/usr/bin:/bin");
        return cli::run_captured({{script.string(), "check", "a b"}, temporary.path(), more});
    }
};

bool ends_well(const cli::Output& output) { return output.code == 0 && output.text.ends_with("lab check a b\n"); }

}  // namespace

BOOST_FIXTURE_TEST_SUITE(front_door, FrontDoor)

BOOST_AUTO_TEST_CASE(spaces_and_letters_of_every_language_do_no_harm) {
    for (const std::string name : {"plain", "two words", "Übung 日本", "a+b=c@~1.0-%!{}_"}) {
        const fs::path script = checkout(name);
        for (const char* time : {"first", "second"}) {
            const cli::Output output = call(script);
            BOOST_TEST(ends_well(output), name << ", the " << time << " time: " << output.text);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_path_that_the_tools_misread_is_refused_before_anything_is_made) {
    for (const char character : std::string("[]^#?()&;,:\"'*|<>$`\\\n\t")) {
        const fs::path script = checkout(std::string("a") + character + "b");
        const cli::Output output = call(script);
        BOOST_TEST(output.code == 1, script << output.text);
        BOOST_TEST(output.text.starts_with("The workbook cannot be built in this folder:\n"), output.text);
        BOOST_TEST(output.text.find("Move it to a path without") != std::string::npos);
        BOOST_TEST(!fs::exists(script.parent_path() / "build"));
    }
}

BOOST_AUTO_TEST_CASE(a_link_to_the_command_works_from_elsewhere) {
    const fs::path script = checkout("book");
    fs::create_directories(temporary.path() / "bin");
    fs::create_symlink(script, temporary.path() / "bin/lab");
    const cli::Output output = call(temporary.path() / "bin/lab");
    BOOST_TEST(ends_well(output), output.text);
    BOOST_TEST(fs::exists(script.parent_path() / "build/bin/lab"));
}

BOOST_AUTO_TEST_CASE(a_file_system_without_locks_makes_nobody_wait) {
    add_tool("flock", "#!/bin/sh\necho 'flock: 9: No locks available' >&2\nexit 71\n");
    const cli::Output output = call(checkout("book"));
    BOOST_TEST(ends_well(output), output.text);
    BOOST_TEST(output.text.find("Waiting") == std::string::npos, output.text);
    BOOST_TEST(output.text.find("flock") == std::string::npos, output.text);
}

BOOST_AUTO_TEST_CASE(who_comes_second_is_told_why_it_waits) {
    add_tool("flock", "#!/bin/sh\n[ \"$1\" = --nonblock ] && exit 1\nexit 0\n");
    const cli::Output output = call(checkout("book"));
    BOOST_TEST(ends_well(output), output.text);
    BOOST_TEST(output.text.starts_with("Waiting for another ./lab to finish building.\n"), output.text);
}

BOOST_AUTO_TEST_CASE(temporary_files_need_no_tmpdir_and_settings_no_home) {
    const cli::Output output =
        call(checkout("book"), {{"TMPDIR", "/nowhere"}, {"HOME", ""}, {"LC_ALL", "xx_YY.UTF-8"}});
    BOOST_TEST(ends_well(output), output.text);
}

BOOST_AUTO_TEST_CASE(a_build_folder_that_cannot_be_written_is_told) {
    const fs::path script = checkout("book");
    replace_file(script.parent_path() / "build", "a file");
    const cli::Output output = call(script);
    BOOST_TEST(output.code == 1);
    BOOST_TEST(
        output.text.find("build cannot be written, and everything that is built goes there") != std::string::npos,
        output.text);
}

BOOST_AUTO_TEST_CASE(a_tree_that_was_moved_is_configured_afresh) {
    const fs::path script = checkout("book");
    BOOST_TEST(ends_well(call(script)));
    fs::rename(temporary.path() / "book", temporary.path() / "shelf");
    BOOST_TEST(ends_well(call(temporary.path() / "shelf/lab")));
    BOOST_TEST(read_file(temporary.path() / "shelf/build/CMakeCache.txt").find("/shelf\n") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

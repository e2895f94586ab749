#include "tensor/file.hpp"

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <chrono>
#include <filesystem>

#include "tensor/error.hpp"

using namespace cnn;
namespace fs = std::filesystem;

namespace {

// A folder that lives as long as the test.
struct Folder {
    TemporaryFolder temporary;
    fs::path path = temporary.path();
    std::size_t entries() const {
        return static_cast<std::size_t>(std::distance(fs::directory_iterator(path), fs::directory_iterator()));
    }
};

template <class Action>
std::string refusal(Action action) {
    try {
        action();
    } catch (const DataError& error) {
        return error.what();
    }
    return "accepted";
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(file, Folder)

BOOST_AUTO_TEST_CASE(comes_back) {
    const std::string bytes("one\0two\n", 8);
    replace_file(path / "a", bytes);
    BOOST_TEST(read_file(path / "a") == bytes);
    replace_file(path / "a", "");
    BOOST_TEST(read_file(path / "a").empty());
    const std::string large(1000003, 'x');
    replace_file(path / "a", large);
    BOOST_TEST((read_file(path / "a") == large));
    BOOST_TEST(entries() == 1u);  // no temporary file is left
}

BOOST_AUTO_TEST_CASE(reading_says_what_is_wrong) {
    const std::string at = path.string();
    BOOST_TEST(refusal([&] { read_file(path / "b"); }) == at + "/b: cannot be read: there is no such file");
    BOOST_TEST(refusal([&] { read_file(path / "c/b"); }) ==
               at + "/c/b: cannot be read: there is no folder " + at + "/c");
    BOOST_TEST(refusal([&] { read_file(path); }) == at + ": cannot be read: is a folder, not a file");
    replace_file(path / "a", "12345");
    BOOST_TEST(read_file(path / "a", 5) == "12345");
    BOOST_TEST(refusal([&] { read_file(path / "a", 4); }) ==
               at + "/a: has 5 bytes, more than the 4 that such a file may have");
    BOOST_TEST(refusal([&] { read_file(path / "a/b"); }) ==
               at + "/a/b: cannot be read: a part of the path is a file, not a folder");
    BOOST_TEST(refusal([&] { read_file("/dev/zero", 100000); }).find("100,000 bytes") != std::string::npos);
    if (::geteuid() != 0) {
        fs::permissions(path / "a", fs::perms::none);
        BOOST_TEST(refusal([&] { read_file(path / "a"); }) == at + "/a: cannot be read: no permission");
    }
}

BOOST_AUTO_TEST_CASE(writing_says_what_is_wrong_and_keeps_the_old_file) {
    const std::string at = path.string();
    BOOST_TEST(refusal([&] { replace_file(path, "x"); }) == at + ": cannot be written: is a folder, not a file");
    BOOST_TEST(refusal([&] { replace_file(path / "c/b", "x"); }) ==
               at + "/c/b: cannot be written: there is no folder " + at + "/c");
    BOOST_TEST(refusal([&] { replace_file(path / std::string(300, 'n'), "x"); }).ends_with("the name is too long"));
    if (fs::exists("/dev/full"))
        BOOST_TEST(refusal([&] { replace_file("/dev/full", "x"); }) ==
                   "/dev/full: cannot be written: no space left on the disk");
    BOOST_TEST(entries() == 0u);
    if (::geteuid() != 0) {
        replace_file(path / "a", "old");
        fs::permissions(path / "a", fs::perms::owner_read);
        BOOST_TEST(refusal([&] { replace_file(path / "a", "new"); }) == at + "/a: cannot be written: no permission");
        BOOST_TEST(read_file(path / "a") == "old");
    }
}

BOOST_AUTO_TEST_CASE(a_long_name_can_be_written) {
    replace_file(path / std::string(255, 'n'), "x");
    BOOST_TEST(entries() == 1u);
}

BOOST_AUTO_TEST_CASE(links_and_permissions_are_kept) {
    replace_file(path / "a", "old");
    fs::permissions(path / "a", fs::perms::owner_read | fs::perms::owner_write);
    fs::create_symlink("a", path / "link");
    replace_file(path / "link", "new");
    BOOST_TEST(fs::is_symlink(path / "link"));
    BOOST_TEST(read_file(path / "a") == "new");
    BOOST_TEST((fs::status(path / "a").permissions() == (fs::perms::owner_read | fs::perms::owner_write)));
}

BOOST_AUTO_TEST_CASE(pipes_work_both_ways) {
    int ends[2];
    BOOST_REQUIRE(::pipe(ends) == 0);
    replace_file("/dev/fd/" + std::to_string(ends[1]), "through the pipe");
    ::close(ends[1]);
    BOOST_TEST(read_file("/dev/fd/" + std::to_string(ends[0])) == "through the pipe");
    ::close(ends[0]);
}

BOOST_AUTO_TEST_CASE(temporary_folders_go_with_their_object) {
    fs::path name;
    {
        const TemporaryFolder one, other;
        name = one.path();
        BOOST_TEST(name != other.path());
        replace_file(one / "a", "x");
        fs::permissions(name, fs::perms::owner_read);
    }
    BOOST_TEST(!fs::exists(name));
    const char* old = std::getenv("TMPDIR");
    const std::string before = old ? old : "";
    setenv("TMPDIR", (path / "nowhere").c_str(), 1);
    BOOST_TEST(refusal([&] { const TemporaryFolder none; }) ==
               path.string() + "/nowhere: no folder, but temporary files go there: make it, or unset TMPDIR");
    old ? setenv("TMPDIR", before.c_str(), 1) : unsetenv("TMPDIR");
}

BOOST_AUTO_TEST_CASE(numbers_are_grouped) {
    BOOST_TEST(grouped(0) == "0");
    BOOST_TEST(grouped(999) == "999");
    BOOST_TEST(grouped(1000) == "1,000");
    BOOST_TEST(grouped(123456) == "123,456");
    BOOST_TEST(grouped(1234567) == "1,234,567");
}

BOOST_AUTO_TEST_CASE(what_a_killed_program_left_is_removed) {
    const pid_t gone = fork();
    if (gone == 0) _exit(0);
    BOOST_REQUIRE(waitpid(gone, nullptr, 0) == gone);
    const auto leave = [&](const std::string& name, std::chrono::minutes age) {
        fs::create_directories(path / name / "inside");
        fs::last_write_time(path / name, fs::file_time_type::clock::now() - age);
    };
    const std::string dead = "lab-" + std::to_string(gone) + "-abcdef", alive = "lab-1-abcdef";
    leave(dead, std::chrono::minutes(90));
    leave(dead + "-young", std::chrono::minutes(5));
    leave(alive, std::chrono::minutes(90));
    leave("other", std::chrono::minutes(90));
    const TemporaryFolder mine(path);
    BOOST_TEST(!fs::exists(path / dead));
    for (const std::string& name : {dead + "-young", alive, std::string("other")})
        BOOST_TEST(fs::exists(path / name), name);
}

BOOST_AUTO_TEST_SUITE_END()

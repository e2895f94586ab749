#include "data/fetch.hpp"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include <boost/test/unit_test.hpp>
#include <filesystem>

#include "data/process.hpp"
#include "tensor/error.hpp"
#include "tensor/file.hpp"

using namespace cnn;
using namespace cnn::data;
namespace fs = std::filesystem;

namespace {

struct Folder {
    TemporaryFolder temporary;
    fs::path path = temporary.path();
    Folder() { fs::create_directory(path / "there"); }

    std::string url(const std::string& name) const { return "file://" + (path / "there" / name).string(); }
    fs::path here() const { return path / "here"; }
    bool is_here(const std::string& name) const { return fs::exists(here() / name); }

    // A data set of one file with these contents at the first address.
    Entry entry(const std::string& contents, bool with_checksum = true) const {
        replace_file(path / "there/data.bin", contents);
        RemoteFile file{.name = "data.bin",
                        .urls = {url("data.bin")},
                        .bytes = with_checksum ? contents.size() : 0,
                        .sha256 = with_checksum ? sha256(contents) : "",
                        .unpacked_sha256 = {}};
        Entry entry;
        entry.name = "test", entry.title = "Test", entry.files = {file};
        return entry;
    }
    FileState state(const Entry& entry) const { return verify(entry, here()).at(0).state; }
    std::string refusal(const Entry& entry) const {
        try {
            fetch(entry, here());
        } catch (const DataError& error) {
            const std::string message = error.what();
            BOOST_TEST(message.find('\n') == message.npos);
            return message;
        }
        return "fetched";
    }
};

// A web server on a free port of this machine for the length of a test.
class Server {
public:
    explicit Server(const fs::path& folder) {
        const std::string command = "echo $$; exec /usr/bin/python3 -u -m http.server 0 --bind 127.0.0.1 -d '" +
                                    folder.string() + "' 2>/dev/null";
        pipe_ = ::popen(command.c_str(), "r");
        if (::fscanf(pipe_, "%d Serving HTTP on 127.0.0.1 port %d", &process_, &port_) != 2) port_ = 0;
    }
    ~Server() {
        if (process_ > 0) ::kill(process_, SIGKILL);
        ::pclose(pipe_);
    }
    bool is_running() const { return port_ > 0; }
    std::string url(const std::string& name) const { return "http://127.0.0.1:" + std::to_string(port_) + "/" + name; }

private:
    FILE* pipe_ = nullptr;
    int process_ = 0, port_ = 0;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(process)

BOOST_AUTO_TEST_CASE(runs_programs) {
    const Outcome outcome = run({"sh", "-c", "cat; echo wrong >&2; exit 3"}, "input");
    BOOST_TEST(outcome.status == 3);
    BOOST_TEST(outcome.output == "input");
    BOOST_TEST(outcome.errors == "wrong\n");
    BOOST_TEST(run({"no such program"}).status == 127);
    BOOST_TEST(run({"sh", "-c", "kill -9 $$"}).status == 137);
    int calls = 0;
    run({"sleep", "0.1"}, {}, [&] { ++calls; });
    BOOST_TEST(calls > 2);
}

// FIPS 180-2, appendix B.1.
BOOST_AUTO_TEST_CASE(checksum_of_abc) {
    BOOST_TEST(sha256("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

BOOST_AUTO_TEST_SUITE_END()
BOOST_FIXTURE_TEST_SUITE(fetching, Folder)

BOOST_AUTO_TEST_CASE(brings_verifies_and_does_not_repeat) {
    const Entry entry = this->entry("contents");
    BOOST_TEST((state(entry) == FileState::missing));
    fetch(entry, here());
    BOOST_TEST(read_file(here() / "data.bin") == "contents");
    BOOST_TEST((state(entry) == FileState::verified));
    BOOST_TEST(!is_here("data.bin.part"));
    fs::remove(path / "there/data.bin");
    fetch(entry, here());
    replace_file(here() / "data.bin", "contentz");
    BOOST_TEST((state(entry) == FileState::damaged));
}

BOOST_AUTO_TEST_CASE(continues_where_it_stopped) {
    // The first half that is here already differs, so that the checksum is right only if it was kept.
    Entry entry = this->entry(std::string(1000, 'b'));
    entry.files[0].sha256 = sha256(std::string(500, 'a') + std::string(500, 'b'));
    fs::create_directory(here());
    replace_file(here() / "data.bin.part", std::string(500, 'a'));
    fetch(entry, here());
    BOOST_TEST((state(entry) == FileState::verified));
    // A whole .part needs no server any more, one that is too long is thrown away.
    fs::rename(here() / "data.bin", here() / "data.bin.part");
    entry.files[0].urls = {url("missing")};
    fetch(entry, here());
    BOOST_TEST((state(entry) == FileState::verified));
    const Entry again = this->entry("short");
    fs::remove(here() / "data.bin");
    replace_file(here() / "data.bin.part", "much too long");
    fetch(again, here());
    BOOST_TEST((state(again) == FileState::verified));
}

BOOST_AUTO_TEST_CASE(wrong_contents_are_kept_aside) {
    Entry entry = this->entry("<html>log in first</html>");
    entry.files[0].sha256 = sha256("contents");
    const std::string message = refusal(entry);
    BOOST_TEST(message.find("data.bin: could not be fetched") == 0u);
    BOOST_TEST(message.find("it is a web page") != message.npos);
    BOOST_TEST(message.find("kept as data.bin.bad") != message.npos);
    BOOST_TEST(is_here("data.bin.bad"));
    BOOST_TEST(!is_here("data.bin"));
    BOOST_TEST(!is_here("data.bin.part"));
}

BOOST_AUTO_TEST_CASE(tries_every_address) {
    Entry entry = this->entry("contents");
    entry.files[0].urls = {url("missing"), "http://127.0.0.1:1/data.bin", url("data.bin")};
    fetch(entry, here());
    BOOST_TEST((state(entry) == FileState::verified));
    fs::remove_all(here());
    entry.files[0].urls.pop_back();
    const std::string message = refusal(entry);
    BOOST_TEST(message.find("there is no such file; http") != message.npos);
    BOOST_TEST(message.find("connected to the network?") != message.npos);
    entry.files[0].urls = {"http://no-such-host.invalid/data.bin"};
    BOOST_TEST(refusal(entry).find("connected to the network?") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(an_unknown_checksum_is_recorded_at_the_first_download) {
    const Entry entry = this->entry("contents", false);
    fetch(entry, here());
    BOOST_TEST(read_file(here() / "CHECKSUMS") == sha256("contents") + "  data.bin\n");
    BOOST_TEST((state(entry) == FileState::verified));
    replace_file(here() / "data.bin", "contentz");
    BOOST_TEST((state(entry) == FileState::damaged));
    fs::remove(here() / "CHECKSUMS");
    BOOST_TEST((state(entry) == FileState::unknown));
}

BOOST_AUTO_TEST_CASE(of_a_checksum_the_first_digits_may_be_known) {
    Entry entry = this->entry("contents");
    entry.files[0].sha256 = sha256("contents").substr(0, 8);
    fetch(entry, here());
    BOOST_TEST((state(entry) == FileState::verified));
    BOOST_TEST(read_file(here() / "CHECKSUMS") == sha256("contents") + "  data.bin\n");
    replace_file(here() / "data.bin", "contentz");
    BOOST_TEST((state(entry) == FileState::damaged));
    fs::remove_all(here());
    entry.files[0].sha256 = sha256("contentz").substr(0, 8);
    BOOST_TEST(refusal(entry).find("expected 8 with " + sha256("contentz").substr(0, 8)) != std::string::npos);
    BOOST_TEST(is_here("data.bin.bad"));
}

BOOST_AUTO_TEST_CASE(archives_are_unpacked) {
    Entry entry = this->entry("");
    fs::create_directory(path / "there/folder");
    replace_file(path / "there/folder/a", "in the archive");
    run({"tar", "-czf", (path / "there/data.bin").string(), "-C", (path / "there").string(), "folder"});
    entry.files[0].bytes = 0, entry.files[0].sha256 = "";
    entry.unpacks_into = "folder";
    fetch(entry, here());
    BOOST_TEST(read_file(here() / "folder/a") == "in the archive");
    BOOST_TEST(!is_here("unpacking"));
    fs::remove_all(here());
    entry.unpacks_into = "other";
    BOOST_TEST(refusal(entry).find("no other in its archive") != std::string::npos);
    fs::remove_all(here());
    replace_file(path / "there/data.bin", "no archive");
    BOOST_TEST(refusal(entry).find("could not be unpacked") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_place_that_cannot_be_written_is_named) {
    const Entry entry = this->entry("contents");
    replace_file(here(), "a file where the folder should be");
    BOOST_TEST(refusal(entry).find(here().string() + ": Test could not be put there") == 0u);
}

BOOST_AUTO_TEST_CASE(from_a_web_server) {
    Entry entry = this->entry(std::string(200000, 'c'));
    const Server server(path / "there");
    if (!server.is_running()) {
        BOOST_TEST_MESSAGE("not tested: there is no /usr/bin/python3 to serve files");
        return;
    }
    entry.files[0].urls = {server.url("missing.bin")};
    BOOST_TEST(refusal(entry).find("the server answered 404") != std::string::npos);
    // This server cannot continue a file: it has to be fetched again from its start.
    fs::create_directories(here());
    replace_file(here() / "data.bin.part", std::string(1000, 'x'));
    entry.files[0].urls = {server.url("data.bin")};
    std::uint64_t total = 0;
    fetch(entry, here(), {.progress = [&](const RemoteFile&, std::uint64_t, std::uint64_t all) { total = all; }});
    BOOST_TEST((state(entry) == FileState::verified));
    BOOST_TEST(total == 200000u);
}

BOOST_AUTO_TEST_SUITE_END()
BOOST_AUTO_TEST_SUITE(the_registry)

BOOST_AUTO_TEST_CASE(names_what_the_curriculum_needs) {
    for (const char* name : {"fashion-mnist", "mnist", "cifar-10", "cifar-100", "imagenette"}) {
        const Entry& entry = registered(name);
        BOOST_TEST(!entry.title.empty());
        BOOST_TEST(!entry.licence.empty());
        BOOST_TEST(!entry.citation.empty());
        BOOST_TEST(entry.bytes() > 1000000u);
        for (const RemoteFile& file : entry.files) {
            BOOST_TEST((file.sha256.empty() || file.sha256.size() == 64u));
            BOOST_TEST_REQUIRE(!file.urls.empty());
            BOOST_TEST(file.urls[0].starts_with("http"));
        }
    }
    BOOST_CHECK_THROW(registered("imagenet"), DataError);
}

// Of weights, torchvision's names tell the first digits of the checksum.
BOOST_AUTO_TEST_CASE(names_torchvision_s_weights) {
    int weights = 0;
    for (const Entry& entry : registry()) {
        if (entry.format != "weights") continue;
        ++weights;
        BOOST_TEST(entry.name.ends_with("-imagenet"));
        BOOST_TEST_REQUIRE(entry.files.size() == 1u);
        const RemoteFile& file = entry.files[0];
        BOOST_TEST(file.name == file.name.substr(0, file.name.rfind('-') + 1) + file.sha256.substr(0, 8) + ".pth");
        BOOST_TEST(file.urls.at(0) == "https://download.pytorch.org/models/" + file.name);
    }
    BOOST_TEST(weights >= 8);
}

BOOST_FIXTURE_TEST_CASE(damage_is_named, Folder) {
    for (const char* text : {"", "{", "[]", "{\"datasets\": 7}", "{\"datasets\": [{\"name\": 7}]}"}) {
        replace_file(path / "registry.json", text);
        BOOST_CHECK_THROW(read_registry(path / "registry.json"), DataError);
    }
}

// Debian's files are packed without names and dates: only their contents have the authors' checksums.
BOOST_AUTO_TEST_CASE(debian_s_copy_is_verified_by_its_contents) {
    const Entry& entry = registered("fashion-mnist");
    if (!fs::exists(entry.package_folder)) return;
    for (const FileReport& report : verify(entry, entry.package_folder))
        BOOST_TEST((report.state == FileState::verified), report.name);
}

BOOST_AUTO_TEST_SUITE_END()

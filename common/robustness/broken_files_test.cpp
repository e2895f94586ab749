// Every kind of file we read, broken in every way we know: the answer is one clear line, never a crash.
#include <stdlib.h>
#include <sys/resource.h>

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <iostream>

#include "image/files.hpp"
#include "robustness/damage.hpp"
#include "robustness/samples.hpp"
#include "tensor/error.hpp"
#include "tensor/file.hpp"
#include "tensor/npy.hpp"

using namespace cnn;
using namespace cnn::robustness;
namespace fs = std::filesystem;

namespace {

// AddressSanitizer keeps what was freed for a while, so memory says nothing there.
#ifdef __SANITIZE_ADDRESS__
constexpr bool is_sanitized = true;
#else
constexpr bool is_sanitized = false;
#endif

// A folder that lives as long as the test.
struct Folder {
    TemporaryFolder temporary;
    fs::path path = temporary.path();
};

struct Count {
    int files = 0, refused = 0, harmless = 0;
};

// What reading the file says; empty when it was read. Anything but our own errors is a failure of the test.
std::string said(const Sample& sample, const fs::path& path, const std::string& damage) {
    try {
        sample.read(path);
    } catch (const Error& error) {
        return error.what();
    } catch (const std::exception& error) {
        BOOST_ERROR(sample.name << ", " << damage << ": threw something else: " << error.what());
        return error.what();
    }
    return "";
}

void require_clear(const std::string& message, const fs::path& path, const std::string& damage) {
    BOOST_TEST(message.find(path.string()) != message.npos, damage << ": the file is not named: " << message);
    BOOST_TEST(std::none_of(message.begin(), message.end(), [](char c) { return static_cast<unsigned char>(c) < ' '; }),
               path.filename() << ", " << damage << ": not one line of text: " << message);
    BOOST_TEST(message.size() < 600u, path.filename() << ", " << damage << ": too long: " << message);
}

void try_file(const Sample& sample, const BrokenFile& broken, const fs::path& folder, Count& count) {
    const fs::path path = folder / sample.name;
    replace_file(path, broken.bytes);
    const std::string message = said(sample, path, broken.damage);
    ++count.files;
    if (message.empty()) {
        ++count.harmless;
        BOOST_TEST(!broken.must_be_refused, sample.name << ", " << broken.damage << ": was read");
    } else {
        ++count.refused;
        require_clear(message, path, sample.name + ", " + broken.damage);
    }
    BOOST_TEST((read_file(path) == broken.bytes), sample.name << ", " << broken.damage << ": was changed by reading");
}

// What is in the way where a file should be.
void try_places(const Sample& sample, const fs::path& folder, Count& count) {
    const fs::path path = folder / sample.name;
    fs::remove_all(path);
    const auto refuse = [&](const std::string& damage) {
        const std::string message = said(sample, path, damage);
        ++count.files, ++count.refused;
        BOOST_TEST(!message.empty(), sample.name << ", " << damage << ": was read");
        require_clear(message, path, sample.name + ", " + damage);
    };
    fs::create_directory(path);
    refuse("a folder");
    fs::remove(path);
    if (sample.may_be_missing) return;
    refuse("missing");
    fs::create_symlink(path, path);
    refuse("a link to itself");
    fs::remove(path);
}

// Whether b may bear a's name: pictures, because their contents tell what they are, and what is packed or
// not.
bool is_same_kind(const Sample& a, const Sample& b) {
    const auto ends_b = [&](const std::string& ending) { return b.name.ends_with(ending); };
    return (a.may_have_more && b.may_have_more) || std::ranges::any_of(a.also_reads, ends_b) ||
           a.name.starts_with(b.name) || b.name.starts_with(a.name);
}

long peak_megabytes() {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss / 1024;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(broken_files)

BOOST_FIXTURE_TEST_CASE(are_refused_with_one_clear_line, Folder) {
    const std::vector<Sample> all = samples(path);
    const fs::path place = path / "place";
    fs::create_directory(place);
    Count sum;
    for (const Sample& sample : all) {
        replace_file(place / sample.name, sample.bytes);
        BOOST_TEST(said(sample, place / sample.name, "sound") == "");
        Count count;
        std::vector<BrokenFile> broken;
        const auto add = [&](const std::vector<BrokenFile>& more) {
            broken.insert(broken.end(), more.begin(), more.end());
        };
        add(cuts(sample.bytes));
        add(flips(sample.bytes));
        add(large_numbers(sample.bytes, sample.header));
        add(additions(sample.bytes, sample.may_have_more, sample.may_repeat));
        add(strangers());
        for (const Sample& other : all)
            if (!is_same_kind(sample, other)) broken.push_back({"really " + other.name, other.bytes});
        for (const BrokenFile& file : broken) try_file(sample, file, place, count);
        try_places(sample, place, count);
        std::cout << sample.name << ": " << count.files << " broken files, " << count.refused << " refused, "
                  << count.harmless << " harmless\n";
        sum.files += count.files, sum.refused += count.refused, sum.harmless += count.harmless;
        fs::remove_all(place);
        fs::create_directory(place);
    }
    std::cout << sum.files << " broken files: " << sum.refused << " refused with one clear line, " << sum.harmless
              << " harmless\n";
    BOOST_TEST(sum.files >= 200);
    if (!is_sanitized) BOOST_TEST(peak_megabytes() < 600);  // no header was believed when it promised gigabytes
}

// Sizes that are consistent in themselves, and much too large.
BOOST_FIXTURE_TEST_CASE(huge_promises_cost_no_memory, Folder) {
    const auto refused = [&](const std::string& name, const std::string& bytes, auto read) {
        replace_file(path / name, bytes);
        BOOST_CHECK_THROW(read(path / name), DataError);
    };
    for (const char* shape :
         {"(1000000000000,)", "(4294967296, 4294967296)", "(9223372036854775807,)", "(2147483648, 8)"}) {
        const std::string header = std::string("{'descr': '<f4', 'fortran_order': False, 'shape': ") + shape + ", }\n";
        refused("a.npy", std::string("\x93NUMPY\1\0", 8) + static_cast<char>(header.size()) + '\0' + header + "1234",
                read_npy);
    }
    refused("a.ppm", "P6\n60000 60000\n255\n", read_image);
    refused("a.pgm", "P5\n2147483647 2147483647\n255\n", read_image);
    refused("b.pgm", "P5\n99999999999999999999 1\n255\n", read_image);
    if (!is_sanitized) BOOST_TEST(peak_megabytes() < 600);
}

BOOST_AUTO_TEST_SUITE_END()

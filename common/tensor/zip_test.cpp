#include "tensor/zip.hpp"

#include <boost/test/unit_test.hpp>

#include "tensor/error.hpp"
#include "tensor/file.hpp"

using namespace cnn;

namespace {

const std::filesystem::path golden = std::filesystem::path(CNN_SOURCE_DIR) / "common/tensor/golden";
constexpr std::uint64_t limit = 1 << 20;

// What opening the archive and reading all of it says.
std::string refusal(std::string_view bytes) {
    try {
        const Zip zip(bytes, "x.zip");
        for (const ZipEntry& entry : zip.entries()) zip.read(entry, limit);
    } catch (const DataError& error) {
        return error.what();
    }
    return "accepted";
}

std::string replaced(std::string bytes, std::size_t at, std::string_view by) {
    return bytes.replace(at, by.size(), by);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(zip)

BOOST_AUTO_TEST_CASE(reads_what_python_packed) {
    for (const char* name : {"stored.npz", "deflated.npz"}) {
        const std::string bytes = read_file(golden / name);
        BOOST_TEST(is_zip(bytes));
        const Zip zip(bytes, name);
        BOOST_TEST_REQUIRE(zip.entries().size() == 2u);
        for (const ZipEntry& entry : zip.entries()) BOOST_TEST(zip.read(entry, limit).size() == entry.size);
        BOOST_TEST(zip.read(*zip.find("x.npy"), limit).starts_with("\x93NUMPY"));
        BOOST_TEST(!zip.find("z.npy"));
        BOOST_CHECK_THROW(zip.read(zip.entries()[0], 100), DataError);
    }
    BOOST_TEST(refusal(std::string("PK\5\6") + std::string(18, '\0')) == "accepted");  // an empty archive
}

BOOST_AUTO_TEST_CASE(every_cut_is_refused) {
    const std::string whole = read_file(golden / "deflated.npz");
    for (std::size_t size = 0; size < whole.size(); ++size)
        BOOST_TEST(refusal(std::string_view(whole).substr(0, size)).starts_with("x.zip: "), size);
    BOOST_TEST(refusal(whole + "!").find("1 bytes behind its end") != std::string::npos);
}

// Every bit of what is stored is under the checksum. (Deflated, two packings may mean the same.)
BOOST_AUTO_TEST_CASE(every_flip_is_survived) {
    for (const char* name : {"stored.npz", "deflated.npz"}) {
        const std::string whole = read_file(golden / name);
        const Zip sound(whole, name);
        for (std::size_t at = 0; at < whole.size(); ++at)
            for (int bit = 0; bit < 8; ++bit) {
                const auto flipped = static_cast<char>(whole[at] ^ (1 << bit));
                const std::string message = refusal(replaced(whole, at, {&flipped, 1}));
                bool stored = false;
                for (const ZipEntry& entry : sound.entries())
                    stored |= entry.method == 0 && at >= entry.begin && at < entry.begin + entry.packed;
                if (!message.starts_with("x.zip: ") && (stored || message != "accepted"))
                    BOOST_ERROR("byte " << at << ": " << message);
                if (message.find('\n') != message.npos) BOOST_ERROR("byte " << at << ": two lines");
            }
    }
    BOOST_TEST(true);
}

BOOST_AUTO_TEST_CASE(tables_that_lie_are_refused) {
    const std::string whole = read_file(golden / "stored.npz");
    const std::size_t end = whole.rfind("PK\5\6"), first = whole.find("PK\1\2"), second = whole.rfind("PK\1\2");
    const auto says = [&](const std::string& bytes, const char* words) {
        BOOST_TEST(refusal(bytes).find(words) != std::string::npos, refusal(bytes));
    };
    using namespace std::string_view_literals;
    says(replaced(whole, end + 10, "\xff\xff"), "not sound at entry 3");
    says(replaced(whole, end + 10, "\1\0"sv), "more than 1 entries");
    says(replaced(whole, end + 12, "\xff\xff\xff\x7f"), "its table should have");
    says(replaced(whole, second + 42, "\0\0\0\0"sv), "has another name in its own header");
    says(replaced(whole, second + 20, "\xff\xff\xff\x7f"), "reaches beyond its end");
    says(replaced(whole, first + 24, "\xff\xff\xff\x7f"), "more than the 1,048,576 that it may have");
    says(replaced(whole, first + 24, "\1\0\0\0"sv), "should have 1 bytes");
    says(replaced(whole, first + 8, "\1\0"sv), "is encrypted");
    says(replaced(whole, first + 10, "\14\0"sv), "packed by method 12");
    says(replaced(whole, first + 16, "\0\0\0\0"sv), "its checksum is wrong");
    // The first entry's line a second time, in the place of the second's.
    std::string twice = whole.substr(0, second) + whole.substr(first, second - first) + whole.substr(end);
    const auto size = static_cast<char>(2 * (second - first));
    twice = replaced(twice, twice.rfind("PK\5\6") + 12, {&size, 1});
    says(twice, "x.npy is there twice");
    // And under the other's name: two entries that are the same bytes.
    std::string overlapping = whole;
    const std::size_t a = whole.find("x.npy"), b = whole.rfind("x.npy");
    BOOST_TEST_REQUIRE(a != b);
    overlapping = replaced(replaced(twice, a, "y.npy"), twice.rfind("x.npy"), "y.npy");
    says(overlapping, "has another name in its own header");
}

// A few bytes that promise gigabytes.
BOOST_AUTO_TEST_CASE(promises_cost_no_memory) {
    const std::string whole = read_file(golden / "deflated.npz");
    const std::string huge = replaced(whole, whole.find("PK\1\2") + 24, "\xff\xff\xff\xf0");
    const Zip zip(huge, "x.zip");
    BOOST_CHECK_THROW(zip.read(zip.entries()[0], std::uint64_t{1} << 40), DataError);
}

BOOST_AUTO_TEST_SUITE_END()

// Photos as cameras and layout programs make them; the golden pictures are Pillow's (golden/make_camera.py).
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <filesystem>

#include "image/exif.hpp"
#include "image/files.hpp"
#include "tensor/file.hpp"

using namespace cnn;
using namespace std::string_view_literals;
namespace fs = std::filesystem;
namespace bdata = boost::unit_test::data;

namespace {

const fs::path golden = fs::path(CNN_SOURCE_DIR) / "common/image/golden";

struct Camera {
    TemporaryFolder temporary;

    Image read(const std::string& bytes, const std::string& name = "a.jpg") const {
        replace_file(temporary / name, bytes);
        return read_image(temporary / name);
    }
    // What read_image says about it; "read" when it says nothing.
    std::string said(const std::string& bytes) const {
        try {
            read(bytes);
        } catch (const DataError& error) {
            return error.what();
        }
        return "read";
    }
};

// Decoders round differently.
constexpr int rounding = 4;

int largest_difference(const Image& a, const Image& b) {
    BOOST_REQUIRE(a.height == b.height && a.width == b.width && a.channels == b.channels);
    int largest = 0;
    for (std::size_t i = 0; i < a.pixels.size(); ++i)
        largest = std::max(largest, std::abs(int{a.pixels[i]} - int{b.pixels[i]}));
    return largest;
}

// Picture `number`, from 1, of those that exif.png shows side by side.
Image tile(int number, Index height, Index width) {
    const Image all = read_image(golden / "exif.png");
    Image one(height, width, 3);
    for (Index i = 0; i < height; ++i)
        for (Index j = 0; j < width; ++j)
            for (Index c = 0; c < 3; ++c) one(i, j, c) = all(i, 17 * (number - 1) + j, c);
    return one;
}

// The file with another orientation in its Exif block.
std::string with_orientation(std::string bytes, int orientation) {
    const bool is_little = bytes.find("Exif\0\0II"sv) != bytes.npos;
    const std::string_view entry = is_little ? "\x12\x01\x03\0\1\0\0\0"sv : "\x01\x12\0\3\0\0\0\1"sv;
    const std::size_t at = bytes.find(entry);
    BOOST_REQUIRE(at != bytes.npos);
    bytes[at + entry.size() + (is_little ? 0 : 1)] = static_cast<char>(orientation);
    return bytes;
}

// Where the segments of a JPEG file begin, up to its scan.
std::vector<std::size_t> segments_of(const std::string& bytes) {
    std::vector<std::size_t> places;
    for (std::size_t at = 2; bytes[at + 1] != '\xda';) {
        places.push_back(at);
        at += 2 + 256 * static_cast<unsigned char>(bytes[at + 2]) + static_cast<unsigned char>(bytes[at + 3]);
    }
    return places;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(turned_cameras, Camera)

BOOST_DATA_TEST_CASE_F(Camera, are_obeyed, bdata::make({"exif_ii.jpg", "exif_mm.jpg"}) * bdata::xrange(1, 9), name,
                       orientation) {
    const std::string bytes = with_orientation(read_file(golden / name), orientation);
    const bool is_tall = orientation >= 5;
    BOOST_TEST(largest_difference(read(bytes), tile(orientation, is_tall ? 17 : 13, is_tall ? 13 : 17)) <= rounding);
    // Behind other segments, a comment and a profile, and with fill bytes before its marker.
    const std::string others = std::string(
        "\xff\xfe\0\4hi\xff\xe2\0\7"
        "abcde\xff\xff",
        17);
    BOOST_TEST((read("\xff\xd8" + others + bytes.substr(2)) == read(bytes)));
}

BOOST_AUTO_TEST_CASE(of_png_are_obeyed) {
    const Image stored = read_image(golden / "colour.png");
    BOOST_TEST((read(read_file(golden / "exif_8.png"), "a.png") == upright(stored, 8)));
}

BOOST_AUTO_TEST_CASE(what_makes_no_sense_is_ignored) {
    const std::string bytes = read_file(golden / "exif_ii.jpg");
    const Image stored = read(with_orientation(bytes, 1));
    for (const int orientation : {0, 9, 255}) BOOST_TEST((read(with_orientation(bytes, orientation)) == stored));
    const std::size_t block = bytes.find("Exif\0\0II"sv) + 6, entry = bytes.find("\x12\x01\x03\0\1\0\0\0"sv);
    // Byte order, magic number, the directory's place beyond the end, a type that holds no number, two values for one.
    for (const auto& [at, text] : std::vector<std::pair<std::size_t, std::string>>{{block, "XX"},
                                                                                   {block + 2, "\x2b"},
                                                                                   {block + 4, "\xff\xff\xff\xff"},
                                                                                   {entry + 2, "\2"},
                                                                                   {entry + 4, "\2"}}) {
        std::string broken = bytes;
        broken.replace(at, text.size(), text);
        BOOST_TEST((read(broken) == stored), "byte " << at);
    }
    // A block that ends anywhere.
    const std::string tiff = bytes.substr(block, 64);
    for (std::size_t size = 0; size < 32; ++size) BOOST_TEST(exif_orientation(tiff.substr(0, size)) == 1, size);
    BOOST_TEST(exif_orientation(tiff) == 6);
}

BOOST_AUTO_TEST_CASE(turning_twice_comes_back) {
    Image picture(2, 3, 1);
    for (std::size_t i = 0; i < 6; ++i) picture.pixels[i] = static_cast<std::uint8_t>(i);
    // Half a turn, mirrors and diagonals undo themselves, quarter turns each other.
    for (int orientation = 1; orientation <= 8; ++orientation) {
        const int back = orientation == 6 ? 8 : orientation == 8 ? 6 : orientation;
        BOOST_TEST((upright(upright(picture, orientation), back) == picture), orientation);
    }
    BOOST_TEST((upright(picture, 6).pixels == std::vector<std::uint8_t>{3, 0, 4, 1, 5, 2}));
}

BOOST_AUTO_TEST_SUITE_END()
BOOST_FIXTURE_TEST_SUITE(four_inks, Camera)

BOOST_AUTO_TEST_CASE(become_colours_as_in_pillow) {
    const std::string marked = read_file(golden / "cmyk.jpg");
    const std::size_t marker = marked.find("\xff\xee"sv);
    const Image expected = read_image(golden / "cmyk.png");
    BOOST_TEST(largest_difference(read(marked), expected) <= rounding);
    BOOST_TEST(largest_difference(read(marked.substr(0, marker) + marked.substr(marker + 16)), expected) <= rounding);
    for (const char transform : {'\1', '\2'}) {
        std::string transformed = marked;
        transformed[marker + 15] = transform;
        BOOST_TEST(largest_difference(read(transformed), read_image(golden / "ycck.png")) <= rounding);
    }
}

BOOST_AUTO_TEST_SUITE_END()
BOOST_FIXTURE_TEST_SUITE(careless_cameras, Camera)

const auto jpegs = bdata::make({"common/image/golden/colour.jpg", "common/image/golden/progressive.jpg",
                                "common/image/golden/gray.jpg", "common/image/golden/cmyk.jpg",
                                "common/image/golden/exif_ii.jpg", "datasets/photos/coffee.jpg"});

BOOST_DATA_TEST_CASE_F(Camera, may_leave_out_the_end_marker, jpegs, name) {
    const std::string whole = read_file(fs::path(CNN_SOURCE_DIR) / name);
    const Image picture = read_image(fs::path(CNN_SOURCE_DIR) / name);
    BOOST_TEST((read(whole.substr(0, whole.size() - 2)) == picture));
    BOOST_TEST((read(whole.substr(0, whole.size() - 1)) == picture));  // half of it is there
    // But not the last coded bytes; nor is a picture whole whose rest is filled with zeros.
    for (std::size_t missing = 3; missing < whole.size() / 3; missing += 1 + missing / 20) {
        const std::string cut = whole.substr(0, whole.size() - missing);
        BOOST_TEST(said(cut).find("not an image that can be read (") != std::string::npos, missing << " bytes less");
        BOOST_TEST(said(cut + std::string(2000, '\0')).find("not an image that can be read (") != std::string::npos,
                   missing << " bytes less, then zeros");
    }
}

BOOST_DATA_TEST_CASE_F(Camera, may_leave_bytes_between_segments, jpegs, name) {
    const std::string whole = read_file(fs::path(CNN_SOURCE_DIR) / name);
    const Image picture = read_image(fs::path(CNN_SOURCE_DIR) / name);
    for (const std::size_t at : segments_of(whole))
        for (const std::string_view junk : {"\0\0\0"sv, "junk!"sv, "\xff\xff"sv, "\xff\0ab"sv, "\xff\xd8"sv}) {
            std::string bytes = whole;
            BOOST_TEST((read(bytes.insert(at, junk)) == picture), junk.size() << " bytes at " << at);
        }
    BOOST_TEST((read(whole + "SEFT, as Samsung's\xff\xd8") == picture));
}

BOOST_AUTO_TEST_CASE(a_kind_that_is_not_read_is_named) {
    std::string bytes = read_file(golden / "colour.jpg");
    const std::size_t frame = bytes.find("\xff\xc0"sv);
    for (const auto& [kind, word] : {std::pair{'\xc3', "lossless"}, {'\xc9', "arithmetically coded"}}) {
        bytes[frame + 1] = kind;
        BOOST_TEST(said(bytes).find(word) != std::string::npos, said(bytes));
    }
}

BOOST_AUTO_TEST_SUITE_END()

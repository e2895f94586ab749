#include "image/image.hpp"

#include <stdlib.h>

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <filesystem>

#include "image/files.hpp"
#include "tensor/file.hpp"

using namespace cnn;
namespace fs = std::filesystem;
namespace bdata = boost::unit_test::data;

namespace {

const fs::path golden = fs::path(CNN_SOURCE_DIR) / "common/image/golden";

struct Folder {
    TemporaryFolder temporary;
    fs::path path = temporary.path();

    // What read_image says about a file of these bytes; "read" when it says nothing.
    std::string said(const std::string& name, std::string_view bytes) const {
        replace_file(path / name, bytes);
        try {
            read_image(path / name);
        } catch (const DataError& error) {
            const std::string message = error.what();
            BOOST_TEST(message.starts_with((path / name).string() + ": "));
            return message.substr((path / name).string().size() + 2);
        }
        return "read";
    }
};

std::string not_an_image(const std::string& why) { return "not an image that can be read (" + why + ")"; }

// The gradients of make_images.py.
int expected(Index row, Index column, Index channel) {
    return static_cast<int>(channel == 0 ? 16 * row : channel == 1 ? 12 * column : 255 - 8 * (row + column));
}

int largest_difference(const Image& image) {
    int largest = 0;
    for (Index i = 0; i < image.height; ++i)
        for (Index j = 0; j < image.width; ++j)
            for (Index c = 0; c < image.channels; ++c)
                largest = std::max(largest, std::abs(image(i, j, c) - expected(i, j, c)));
    return largest;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(reading)

BOOST_DATA_TEST_CASE(what_others_wrote,
                     bdata::make({"colour.png", "alpha.png", "colour.bmp", "colour.tga", "colour.ppm", "gray.png",
                                  "gray_alpha.png", "gray16.png", "gray.pgm", "palette.png"}),
                     name) {
    const Image image = read_image(golden / name);
    BOOST_TEST(image.height == 13);
    BOOST_TEST(image.width == 17);
    BOOST_TEST(image.channels == (std::string(name).starts_with("gray") ? 1 : 3));
    if (std::string(name) != "palette.png") BOOST_TEST(largest_difference(image) == 0);
}

BOOST_DATA_TEST_CASE(jpeg_is_close, bdata::make({"colour.jpg", "progressive.jpg", "gray.jpg"}), name) {
    const Image image = read_image(golden / name);
    BOOST_TEST(image.channels == (std::string(name) == "gray.jpg" ? 1 : 3));
    BOOST_TEST(largest_difference(image) <= 8);
}

// The numbers are what Pillow 9.4.0 reads; of two bytes it keeps more, and 8 bits of them are what is kept here.
BOOST_FIXTURE_TEST_CASE(pnm_of_any_largest_value, Folder) {
    const auto pixels = [&](std::string_view header, std::vector<int> bytes) {
        std::string text(header);
        for (const int byte : bytes) text += static_cast<char>(byte);
        replace_file(path / "a.pnm", text);
        return read_image(path / "a.pnm").pixels;
    };
    using Pixels = std::vector<std::uint8_t>;
    BOOST_TEST((pixels("P5\n4 1\n100\n", {0, 50, 100, 77}) == Pixels{0, 128, 255, 196}));
    BOOST_TEST((pixels("P5\n4 1\n1\n", {0, 1, 1, 2}) == Pixels{0, 255, 255, 255}));
    BOOST_TEST((pixels("P5\n2 1\n65535\n", {0x12, 0x34, 0xff, 0xff}) == Pixels{0x12, 255}));
    BOOST_TEST((pixels("P5\n2 1\n1000\n", {0x01, 0xf4, 0x03, 0xe8}) == Pixels{128, 255}));
    BOOST_TEST((pixels("P6\n1 1\n1000\n", {0x01, 0xf4, 0x03, 0xe8, 0, 0}) == Pixels{128, 255, 0}));
    BOOST_TEST(said("a.pgm", "P5 1 1 1000\nx") == not_an_image("PNM cut short after 13 bytes"));
    BOOST_TEST(said("a.pgm", "P5 1 1 0\nx") ==
               not_an_image("PNM damaged: its largest value is 0, 1 to 65,535 make sense"));
    BOOST_TEST(said("a.pgm", "P5 1 1 65536\nxy").find("its largest value is 65536") != std::string::npos);
}

// 2 × 2 pixels of which the first stored row is the top one, as ffmpeg and screen grabbers write them.
BOOST_FIXTURE_TEST_CASE(bmp_from_its_top_row, Folder) {
    std::string bytes("BM\x46\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0\2\0\0\0\xfe\xff\xff\xff\1\0\x18\0", 30);
    bytes.resize(54);
    bytes += std::string("\1\2\3\4\5\6\0\0\7\10\11\12\13\14\0\0", 16);
    replace_file(path / "a.bmp", bytes);
    const Image image = read_image(path / "a.bmp");
    BOOST_TEST(image.height == 2);
    BOOST_TEST((image.pixels == std::vector<std::uint8_t>{3, 2, 1, 6, 5, 4, 9, 8, 7, 12, 11, 10}));
    bytes[30] = 1;
    BOOST_TEST(said("a.bmp", bytes).find("a compressed BMP") != std::string::npos);
    bytes.replace(22, 4, std::string("\0\0\0\x80", 4));
    bytes[30] = 0;
    BOOST_TEST(said("a.bmp", bytes).find("too large") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
BOOST_FIXTURE_TEST_SUITE(refusing, Folder)

BOOST_DATA_TEST_CASE(every_cut,
                     bdata::make({"colour.png", "colour.jpg", "progressive.jpg", "gray.pgm", "colour.ppm", "colour.bmp",
                                  "colour.tga"}),
                     name) {
    const std::string whole = read_file(golden / name);
    // Behind the pixels, Pillow's TGA files have a footer that nobody needs, and JPEG files a marker that some leave
    // out.
    const std::size_t needed = std::string(name) == "colour.tga"     ? 18 + 13 * 17 * 3
                               : std::string(name).ends_with(".jpg") ? whole.size() - 2
                                                                     : whole.size();
    for (std::size_t size = 0; size < needed; size += 1 + size / 50)
        BOOST_TEST(said(name, std::string_view(whole).substr(0, size)).starts_with("not an image that can be read ("),
                   name << " cut to " << size);
    BOOST_TEST(said(name, std::string_view(whole).substr(0, needed - 1)).starts_with("not an image"));
    BOOST_TEST(said(name, whole) == "read");
}

BOOST_AUTO_TEST_CASE(guesses_the_cause) {
    const std::string png = read_file(golden / "colour.png"), jpeg = read_file(golden / "colour.jpg");
    BOOST_TEST(said("a.png", png.substr(0, 60)) == not_an_image("PNG cut short after 60 bytes"));
    BOOST_TEST(said("a.png", jpeg.substr(0, 700)) == not_an_image("JPEG cut short after 700 bytes"));
    BOOST_TEST(said("a.png", "") == not_an_image("the file is empty"));
    BOOST_TEST(said("a.png", std::string(2000, '\0')) == not_an_image("the file holds zeros"));
    BOOST_TEST(said("a.png", "hello\n") == not_an_image("the file holds text"));
    BOOST_TEST(said("a.jpg", "<!DOCTYPE html>").find("a web page") != std::string::npos);
    BOOST_TEST(said("a.ppm", "P3\n1 1\n255\n0 0 0\n").find("P5 and P6") != std::string::npos);
    for (const char* name : {"refused.gif", "refused.tiff", "refused.webp"})
        BOOST_TEST(said(name, read_file(golden / name)).find("convert it to PNG") != std::string::npos);
    std::string flipped = png;
    flipped[50] = static_cast<char>(flipped[50] ^ 1);
    BOOST_TEST(said("a.png", flipped) ==
               not_an_image("PNG damaged: the checksum of the part IDAT at byte 33 is wrong"));
}

BOOST_AUTO_TEST_CASE(too_large_before_decoding) {
    BOOST_TEST(said("a.ppm", "P6 8001 8000 255\n") ==
               "a picture of 8,001 × 8,000 pixels is too large, 64 megapixels are the limit: make it smaller");
    BOOST_TEST(said("a.pgm", "P5 2147483647 2147483647 255\n") != "read");
    BOOST_TEST(said("a.pgm", "P5 0 7 255\n") != "read");
    BOOST_TEST(said("a.pgm", "P5 99999999999999999999 7 255\n") ==
               not_an_image("PNM damaged: no sensible width, height or largest value at byte 3"));
    BOOST_TEST(said("a.pgm", "P5 # a comment\n2 # and another\n 1\n255\nxy") == "read");
    BOOST_TEST(said("a.pgm", "P5 # a comment without end") == not_an_image("PNM cut short after 26 bytes"));
}

BOOST_AUTO_TEST_CASE(missing_and_folders) {
    BOOST_CHECK_THROW(read_image(path / "missing.png"), DataError);
    BOOST_CHECK_THROW(read_image(path), DataError);
}

BOOST_AUTO_TEST_SUITE_END()
BOOST_FIXTURE_TEST_SUITE(writing, Folder)

BOOST_AUTO_TEST_CASE(png_comes_back_exactly) {
    for (const Index channels : {1, 3})
        for (const auto& [height, width] : {std::pair<Index, Index>{1, 1}, {7, 5}, {1, 31}, {64, 1}}) {
            Image image(height, width, channels);
            for (std::size_t i = 0; i < image.pixels.size(); ++i) image.pixels[i] = static_cast<std::uint8_t>(7 * i);
            write_image(path / "a.png", image);
            BOOST_TEST((read_image(path / "a.png") == image));
        }
}

BOOST_AUTO_TEST_CASE(jpeg_comes_back_nearly) {
    write_image(path / "a.JPG", read_image(golden / "colour.png"));
    BOOST_TEST(largest_difference(read_image(path / "a.JPG")) <= 12);
}

BOOST_AUTO_TEST_CASE(refuses_what_it_cannot_write_and_keeps_the_old_file) {
    BOOST_CHECK_THROW(write_image(path / "a.bmp", Image(2, 2, 3)), DataError);
    BOOST_CHECK_THROW(write_image(path / "a", Image(2, 2, 3)), DataError);
    BOOST_CHECK_THROW(write_image(path / "no/a.png", Image(2, 2, 3)), DataError);
    write_image(path / "a.png", Image(2, 2, 3));
    Image wrong(2, 2, 3);
    wrong.width = 5;
    BOOST_CHECK_THROW(write_image(path / "a.png", wrong), ShapeError);
    BOOST_CHECK_THROW(write_image(path / "a.png", Image(0, 2, 3)), ShapeError);
    BOOST_TEST((read_image(path / "a.png") == Image(2, 2, 3)));
}

BOOST_AUTO_TEST_SUITE_END()
BOOST_AUTO_TEST_SUITE(images)

BOOST_AUTO_TEST_CASE(check_their_indices_and_channels) {
    Image image(2, 3, 3, 9);
    image(1, 2, 2) = 5;
    BOOST_TEST(image.pixels.back() == 5);
    BOOST_TEST(image(0, 0) == 9);
    BOOST_CHECK_THROW(image(2, 0), IndexError);
    BOOST_CHECK_THROW(image(0, -1), IndexError);
    BOOST_CHECK_THROW(image(0, 0, 3), IndexError);
    BOOST_CHECK_THROW(Image(2, 2, 2), ShapeError);
    BOOST_CHECK_THROW(Image(-1, 2, 1), ShapeError);
}

BOOST_AUTO_TEST_SUITE_END()

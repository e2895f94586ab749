#include "image/drawing.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <filesystem>
#include <limits>

#include "image/files.hpp"
#include "image/font.hpp"

using namespace cnn;
namespace fs = std::filesystem;

namespace {

const fs::path golden = fs::path(CNN_SOURCE_DIR) / "common/image/golden";

Colour at(const Image& image, Index row, Index column) {
    return {image(row, column, 0), image(row, column, 1), image(row, column, 2)};
}

int largest_difference(const Image& a, const Image& b) {
    BOOST_TEST_REQUIRE((a.height == b.height && a.width == b.width && a.channels == b.channels));
    int largest = 0;
    for (std::size_t i = 0; i < a.pixels.size(); ++i) largest = std::max(largest, std::abs(a.pixels[i] - b.pixels[i]));
    return largest;
}

Index count_of(const Image& image, Colour colour) {
    Index count = 0;
    for (Index i = 0; i < image.height; ++i)
        for (Index j = 0; j < image.width; ++j) count += at(image, i, j) == colour;
    return count;
}

}  // namespace

namespace cnn {
std::ostream& operator<<(std::ostream& out, const Colour& colour) {
    return out << '(' << int{colour.red} << ", " << int{colour.green} << ", " << int{colour.blue} << ')';
}
}  // namespace cnn

BOOST_AUTO_TEST_SUITE(colour_maps)

BOOST_AUTO_TEST_CASE(hsv_has_its_primaries) {
    BOOST_TEST(hsv(0, 1, 1) == (Colour{255, 0, 0}));
    BOOST_TEST(hsv(1 / 6.f, 1, 1) == (Colour{255, 255, 0}));
    BOOST_TEST(hsv(1 / 3.f, 1, 1) == (Colour{0, 255, 0}));
    BOOST_TEST(hsv(.5f, 1, 1) == (Colour{0, 255, 255}));
    BOOST_TEST(hsv(-1 / 3.f, 1, 1) == (Colour{0, 0, 255}));
    BOOST_TEST(hsv(5 + 1 / 12.f, 1, 1) == (Colour{255, 128, 0}));
    BOOST_TEST(hsv(.3f, 0, .5f) == (Colour{128, 128, 128}));
}

BOOST_AUTO_TEST_CASE(maps_have_their_ends) {
    BOOST_TEST(viridis(0) == (Colour{68, 1, 84}));
    BOOST_TEST(viridis(7) == (Colour{253, 231, 37}));
    BOOST_TEST(viridis(std::nanf("")) == viridis(0));
    BOOST_TEST(diverging(0) == (Colour{250, 250, 250}));
    BOOST_TEST(diverging(-1).blue > diverging(-1).red);
    BOOST_TEST(diverging(1).red > diverging(1).blue);
    BOOST_TEST(cyclic(0) == cyclic(1));
    BOOST_TEST(grays(.5f) == (Colour{128, 128, 128}));
}

BOOST_AUTO_TEST_SUITE_END()
BOOST_AUTO_TEST_SUITE(from_numbers)

BOOST_AUTO_TEST_CASE(gray_spans_the_range) {
    const Tensor x({1, 1, 2, 2}, {-1, 0, 1, 3});
    BOOST_TEST((gray_image(x.plane(0, 0)).pixels == std::vector<std::uint8_t>{0, 64, 128, 255}));
    BOOST_TEST((gray_image(x.plane(0, 0), {0, 2}).pixels == std::vector<std::uint8_t>{0, 0, 128, 255}));
    BOOST_TEST((gray_image(Tensor::full({2, 1}, 7).view()).pixels == std::vector<std::uint8_t>{128, 128}));
    const float nan = std::nanf(""), infinity = std::numeric_limits<float>::infinity();
    BOOST_TEST(
        (gray_image(Tensor({1, 4}, {nan, 1, 2, infinity}).view()).pixels == std::vector<std::uint8_t>{0, 0, 255, 255}));
    BOOST_CHECK_THROW(gray_image(x.view()), ShapeError);
}

BOOST_AUTO_TEST_CASE(diverging_is_white_at_zero) {
    const Tensor x({1, 3}, {-1, 0, 4});
    const Image image = colour_image(x.view(), diverging, Range::symmetric_of(x.view()));
    BOOST_TEST(at(image, 0, 1) == diverging(0));
    BOOST_TEST(at(image, 0, 2) == diverging(1));
    BOOST_TEST(at(image, 0, 0) == diverging(-.25f));
}

BOOST_AUTO_TEST_CASE(a_bright_spot_does_not_hide_the_rest) {
    Tensor x({20, 20});
    for (Index i = 0; i < 400; ++i) x[i] = i % 2 == 0 ? 2.0f : -3.0f;
    x[7] = 1000;
    const Range range = Range::symmetric_of_most(x.view());
    BOOST_TEST(range.low == -3);
    BOOST_TEST(range.high == 3);
    BOOST_TEST(Range::symmetric_of(x.view()).high == 1000);
    BOOST_TEST(Range::symmetric_of_most(Tensor({2, 2}).view()).high > 0);
}

BOOST_AUTO_TEST_CASE(tensors_come_back) {
    const Image image = read_image(golden / "noise.png");
    const Tensor x = to_tensor(image);
    BOOST_TEST((x.shape() == Shape{1, 3, 13, 17}));
    BOOST_TEST((rgb_image(x.image(0)) == image));
}

BOOST_AUTO_TEST_SUITE_END()
BOOST_AUTO_TEST_SUITE(sizes)

BOOST_AUTO_TEST_CASE(resizing_agrees_with_pillow) {
    const Image image = read_image(golden / "noise.png");
    BOOST_TEST(largest_difference(resize(image, 5, 7), read_image(golden / "noise_5x7.png")) <= 1);
    BOOST_TEST(largest_difference(resize(image, 29, 40), read_image(golden / "noise_29x40.png")) <= 1);
    BOOST_TEST((resize(image, 13, 17) == image));
    BOOST_TEST((resize(Image(1, 1, 1, 9), 3, 5) == Image(3, 5, 1, 9)));
    BOOST_TEST((resize(Image(300, 7, 1, 9), 1, 1) == Image(1, 1, 1, 9)));
    BOOST_CHECK_THROW(resize(image, 0, 3), ShapeError);
}

BOOST_AUTO_TEST_CASE(fitting_keeps_proportions) {
    BOOST_TEST((fit(Image(100, 200, 1), 50, 50) == Image(25, 50, 1)));
    BOOST_TEST((fit(Image(1000, 1, 1), 10, 10) == Image(10, 1, 1)));
}

BOOST_AUTO_TEST_CASE(enlarging_repeats_and_cropping_cuts) {
    Image image(2, 2, 1);
    image.pixels = {1, 2, 3, 4};
    const Image large = enlarge(image, 3);
    BOOST_TEST(large(2, 2) == 1);
    BOOST_TEST(large(2, 3) == 2);
    BOOST_TEST(large(5, 5) == 4);
    BOOST_TEST((crop(large, 3, 3, 3, 3) == Image(3, 3, 1, 4)));
    BOOST_CHECK_THROW(crop(large, 3, 3, 4, 3), ShapeError);
}

BOOST_AUTO_TEST_CASE(gray_and_colour) {
    Image image(1, 2, 3);
    image.pixels = {255, 0, 0, 10, 10, 10};
    BOOST_TEST((to_gray(image).pixels == std::vector<std::uint8_t>{76, 10}));
    BOOST_TEST(at(to_colour(to_gray(image)), 0, 0) == (Colour{76, 76, 76}));
}

BOOST_AUTO_TEST_SUITE_END()
BOOST_AUTO_TEST_SUITE(canvas)

BOOST_AUTO_TEST_CASE(shapes_are_cut_off_at_the_edge) {
    Canvas canvas(4, 5, colours::white);
    canvas.rectangle(-2, 3, 4, 9, colours::red);
    BOOST_TEST(count_of(canvas.image(), colours::red) == 4);
    canvas.frame(0, 0, 4, 5, colours::blue);
    BOOST_TEST(count_of(canvas.image(), colours::blue) == 14);
    canvas.paste(Image(9, 9, 1, 7), -6, -7);
    BOOST_TEST(count_of(canvas.image(), {7, 7, 7}) == 6);
    canvas.paste(Image(3, 3, 3, 1), 50, -50).line(-1e9f, -5, 1e9f, 5, colours::black).text(-3, -3, "cut off");
    BOOST_CHECK_THROW(canvas.line(0, 0, std::nanf(""), 0, colours::black), ShapeError);
}

BOOST_AUTO_TEST_CASE(lines_are_straight) {
    const Image flat = Canvas(3, 9).line(1.5f, 0, 1.5f, 9, colours::black).image();
    BOOST_TEST(count_of(flat, colours::black) == 9);
    BOOST_TEST(at(flat, 0, 4) == colours::white);
    const Image diagonal = Canvas(9, 9).line(0.5f, 0.5f, 8.5f, 8.5f, colours::black).image();
    for (Index i = 0; i < 9; ++i) BOOST_TEST(at(diagonal, i, i) == colours::black);
    BOOST_TEST(at(diagonal, 0, 3) == colours::white);
}

BOOST_AUTO_TEST_CASE(every_character_is_different) {
    std::string all;
    for (char c = ' '; c <= '~'; ++c) all += c;
    const auto glyphs = glyphs_of(all + "±→µé");
    BOOST_TEST(glyphs.size() == all.size() + 4);
    for (std::size_t i = 0; i < glyphs.size(); ++i)
        for (std::size_t j = 0; j < i; ++j) BOOST_TEST((glyphs[i] != glyphs[j]), i << " and " << j);
    BOOST_TEST(text_width("") == 0);
    BOOST_TEST(text_width("3×3", 2) == 34);
    BOOST_TEST(count_of(Canvas(7, 5).text(0, 0, "I").image(), colours::ink) == 11);
    BOOST_TEST(count_of(Canvas(14, 10).text(0, 0, "I", colours::ink, 2).image(), colours::ink) == 44);
}

BOOST_AUTO_TEST_CASE(tiles_stand_in_rows) {
    const std::vector<Tile> three{{Image(4, 6, 1, 1)}, {Image(4, 6, 3, 2)}, {Image(2, 6, 1, 3)}};
    const Image image = tiles(three, {.gap = 1});
    BOOST_TEST(image.height == 11);
    BOOST_TEST(image.width == 15);
    BOOST_TEST(at(image, 1, 1) == (Colour{1, 1, 1}));
    BOOST_TEST(at(image, 4, 13) == (Colour{2, 2, 2}));
    BOOST_TEST(at(image, 6, 1) == colours::white);  // the lower picture stands in the middle of its cell
    BOOST_TEST(at(image, 7, 1) == (Colour{3, 3, 3}));
    BOOST_TEST(tiles(three, {.columns = 3, .gap = 1}).height == 6);
    BOOST_TEST(tiles({{Image(4, 6, 1), "wide caption"}}).width == 6 + text_width("wide caption") + 6);
    BOOST_CHECK_THROW(tiles({}), ShapeError);
}

BOOST_AUTO_TEST_SUITE_END()

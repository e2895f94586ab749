#include "image/number_cells.hpp"

#include <boost/test/unit_test.hpp>

using namespace cnn;

namespace {
Colour at(const Image& image, Index row, Index column) {
    return {image(row, column, 0), image(row, column, 1), image(row, column, 2)};
}
// Whether any pixel of a cell has the colour.
bool cell_has(const Image& image, Index side, Index row, Index column, Colour colour) {
    for (Index i = row * side + 1; i < (row + 1) * side; ++i)
        for (Index j = column * side + 1; j < (column + 1) * side; ++j)
            if (at(image, i, j) == colour) return true;
    return false;
}
}  // namespace

BOOST_AUTO_TEST_SUITE(number_cells)

BOOST_AUTO_TEST_CASE(numbers_stand_on_paper_without_a_map) {
    const Tensor numbers({2, 3}, {1, -2, 3, 0, 5, 6});
    const Image image = draw_numbers(numbers.view(), {.side = 30});
    BOOST_TEST(image.height == 61);
    BOOST_TEST(image.width == 91);
    BOOST_TEST((at(image, 2, 2) == colours::white));
    BOOST_TEST((at(image, 30, 5) == colours::gray));
    for (Index i = 0; i < 2; ++i)
        for (Index j = 0; j < 3; ++j) BOOST_TEST(cell_has(image, 30, i, j, colours::ink));
}
BOOST_AUTO_TEST_CASE(colours_follow_the_numbers_and_ink_can_be_read) {
    const Image image = draw_numbers(Tensor({1, 3}, {-4, 0, 4}).view(), {.side = 24, .map = diverging});
    BOOST_TEST((at(image, 2, 2) == diverging(-1)));
    BOOST_TEST((at(image, 2, 26) == diverging(0)));
    BOOST_TEST((at(image, 2, 50) == diverging(1)));
    BOOST_TEST(cell_has(image, 24, 0, 1, colours::ink));
    const Image gray = draw_numbers(Tensor({1, 2}, {0, 1}).view(), {.side = 24, .map = grays});
    BOOST_TEST(cell_has(gray, 24, 0, 0, colours::white));
    BOOST_TEST(cell_has(gray, 24, 0, 1, colours::ink));
}
BOOST_AUTO_TEST_CASE(a_number_without_room_is_left_out) {
    const Image image = draw_numbers(Tensor({1, 1}, {-1234}).view(), {.side = 20});
    BOOST_TEST(!cell_has(image, 20, 0, 0, colours::ink));
}
BOOST_AUTO_TEST_CASE(marks_frame_their_cells) {
    const Image image = draw_numbers(Tensor({3, 3}).view(), {.side = 20, .marks = {{1, 0, 2, 2, colours::blue}}});
    BOOST_TEST((at(image, 20, 0) == colours::blue));
    BOOST_TEST((at(image, 60, 40) == colours::blue));
    BOOST_TEST((at(image, 19, 0) == colours::gray));
    BOOST_TEST((at(image, 10, 45) == colours::white));
}
BOOST_AUTO_TEST_CASE(what_cannot_be_drawn_is_refused) {
    BOOST_CHECK_THROW(draw_numbers(Tensor({0, 3}).view()), ShapeError);
    BOOST_CHECK_THROW(draw_numbers(Tensor({3}).view()), ShapeError);
    BOOST_CHECK_THROW(draw_numbers(Tensor({1, 1}).view(), {.side = 3}), ShapeError);
}

BOOST_AUTO_TEST_SUITE_END()

#include "kernels/hog.hpp"

#include <array>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <numbers>
#include <vector>

#include "tensor/random.hpp"

using namespace cnn;
using namespace cnn::kernels;

namespace {

struct Picture {
    Index height, width, channels;
    std::vector<std::uint8_t> levels;
    Pixels pixels() const { return {levels.data(), height, width, channels}; }
};

Picture noise(Index height, Index width, Index channels, std::uint32_t seed) {
    Engine engine(seed);
    Picture p{height, width, channels, std::vector<std::uint8_t>(static_cast<std::size_t>(height * width * channels))};
    for (std::uint8_t& level : p.levels) level = static_cast<std::uint8_t>(uniform_index(engine, 256));
    return p;
}

// The same by its definition, pixel by pixel, in double precision.
std::vector<double> by_definition(const Picture& p, const HogSettings& s) {
    const Index rows = p.height / s.cell, columns = p.width / s.cell;
    std::vector<double> cells(static_cast<std::size_t>(rows * columns * s.bins));
    const auto level = [&](Index i, Index j, Index c) {
        return static_cast<double>(p.levels[static_cast<std::size_t>((i * p.width + j) * p.channels + c)]);
    };
    const auto weight = [&](double position, Index centre, bool whole) {
        if (whole) return std::floor(position) == static_cast<double>(centre) ? 1.0 : 0.0;
        return std::max(0.0, 1 - std::abs(position - 0.5 - static_cast<double>(centre)));
    };
    for (Index i = 0; i < rows * s.cell; ++i)
        for (Index j = 0; j < columns * s.cell; ++j) {
            double x = 0, y = 0;
            for (Index c = 0; c < p.channels; ++c) {
                const double gx = j > 0 && j < p.width - 1 ? level(i, j + 1, c) - level(i, j - 1, c) : 0;
                const double gy = i > 0 && i < p.height - 1 ? level(i + 1, j, c) - level(i - 1, j, c) : 0;
                if (gx * gx + gy * gy > x * x + y * y) x = gx, y = gy;
            }
            double turn = std::atan2(y, x) / std::numbers::pi;
            turn = turn < 0 ? turn + 1 : turn < 1 ? turn : 0;
            const double in_bins = turn * static_cast<double>(s.bins), side = static_cast<double>(s.cell);
            for (Index r = 0; r < rows; ++r)
                for (Index c = 0; c < columns; ++c)
                    for (Index k = -1; k <= s.bins; ++k) {
                        const double share = weight((static_cast<double>(i) + 0.5) / side, r, !s.shared_votes) *
                                             weight((static_cast<double>(j) + 0.5) / side, c, !s.shared_votes) *
                                             weight(in_bins, k, !s.shared_votes);
                        cells[static_cast<std::size_t>((r * columns + c) * s.bins + (k + s.bins) % s.bins)] +=
                            std::hypot(x, y) * share;
                    }
        }
    return cells;
}

void check_cells(const Picture& p, const HogSettings& s) {
    const Tensor cells = hog_cells(p.pixels(), s);
    const auto expected = by_definition(p, s);
    BOOST_TEST_CONTEXT(p.height << " × " << p.width << " × " << p.channels << ", cell " << s.cell << ", bins " << s.bins
                                << ", shared " << s.shared_votes) {
        BOOST_CHECK(cells.shape() == (Shape{p.height / s.cell, p.width / s.cell, s.bins}));
        for (Index d = 0; d < cells.count(); ++d)  // a vote has up to 361 levels, a cell up to 64 of them
            BOOST_REQUIRE_SMALL(static_cast<double>(cells[d]) - expected[static_cast<std::size_t>(d)], 5e-3);
    }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(hog)

BOOST_AUTO_TEST_CASE(cells_are_those_of_the_definition) {
    for (const bool shared : {true, false})
        for (const Index channels : {1, 3}) {
            check_cells(noise(32, 24, channels, 1), {.shared_votes = shared});
            check_cells(noise(21, 34, channels, 2), {.cell = 5, .bins = 7, .shared_votes = shared});
            check_cells(noise(9, 7, channels, 3), {.cell = 1, .bins = 9, .shared_votes = shared});
            check_cells(noise(13, 29, channels, 4), {.cell = 4, .bins = 1, .shared_votes = shared});
        }
}
BOOST_AUTO_TEST_CASE(small_pictures) {
    for (const Index height : {1, 2, 3})
        for (const Index width : {1, 2, 5}) {
            check_cells(noise(height, width, 1, 5), {.cell = 1});
            check_cells(noise(height, width, 3, 6), {.cell = 2});
        }
    BOOST_CHECK(hog_cells(noise(7, 20, 1, 7).pixels(), {}).shape() == (Shape{0, 2, 9}));
}
BOOST_AUTO_TEST_CASE(blocks_have_length_1_and_no_number_stands_out) {
    const Tensor cells = hog_cells(noise(40, 48, 3, 8).pixels(), {}), blocks = hog_blocks(cells, 2);
    BOOST_CHECK(blocks.shape() == (Shape{4, 5, 36}));
    for (Index b = 0; b < 20; ++b) {
        double length = 0;
        for (Index d = 0; d < 36; ++d) length += static_cast<double>(blocks[36 * b + d] * blocks[36 * b + d]);
        BOOST_TEST(length == 1, boost::test_tools::tolerance(1e-4));
    }
    // v = (3, 4, 0, 12, 84): see lab 02's worked example.
    const Tensor y = hog_blocks(Tensor({1, 1, 5}, {3, 4, 0, 12, 84}), 1);
    constexpr std::array<float, 5> expected{0.140180f, 0.186906f, 0, 0.560719f, 0.794352f};
    for (Index d = 0; d < 5; ++d) BOOST_CHECK_SMALL(y[d] - expected[static_cast<std::size_t>(d)], 2e-6f);
    BOOST_CHECK(hog_blocks(Tensor({2, 2, 9}), 2) == Tensor({1, 1, 36}));
}
BOOST_AUTO_TEST_CASE(blocks_are_cells_row_by_row) {
    const Tensor cells = random({3, 4, 2}, 9);
    const Tensor blocks = hog_blocks(cells, 2);
    Tensor one({1, 1, 8}, {cells(1, 2, 0), cells(1, 2, 1), cells(1, 3, 0), cells(1, 3, 1),  //
                           cells(2, 2, 0), cells(2, 2, 1), cells(2, 3, 0), cells(2, 3, 1)});
    one = hog_blocks(one, 1);
    for (Index d = 0; d < 8; ++d) BOOST_TEST(blocks(1, 2, d) == one[d]);
}
BOOST_AUTO_TEST_CASE(nonsense_is_refused) {
    const Picture p = noise(16, 16, 1, 10);
    BOOST_CHECK_THROW(hog_cells(p.pixels(), {.cell = 0}), ShapeError);
    BOOST_CHECK_THROW(hog_cells(p.pixels(), {.bins = 0}), ShapeError);
    BOOST_CHECK_THROW(hog_cells(p.pixels(), {.bins = 181}), ShapeError);
    BOOST_CHECK_THROW(hog_blocks(Tensor({1, 4, 9}), 2), ShapeError);
    BOOST_CHECK_THROW(hog_blocks(Tensor({4, 9}), 2), ShapeError);
    BOOST_CHECK_THROW(hog_blocks(Tensor({4, 4, 9}), 0), ShapeError);
}

BOOST_AUTO_TEST_SUITE_END()

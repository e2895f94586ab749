#include "kernels/dropout.hpp"

#include <boost/test/data/test_case.hpp>

#include "kernels/reference.hpp"

using namespace cnn;
using namespace cnn::kernels;
using namespace cnn::kernels::reference;

namespace {

Tensor ones(Index count) { return Tensor::full({count}, 1); }
double kept(const Tensor& y) {
    double count = 0;
    for (const float value : y.values()) count += value != 0;
    return count / static_cast<double>(y.count());
}

BOOST_AUTO_TEST_SUITE(dropping_out)

BOOST_DATA_TEST_CASE(keeps_a_share_and_scales_it, instruction_sets(), isa) {
    const On on(isa);
    for (const float p : {0.0f, 0.1f, 0.5f, 0.9f}) {
        const Tensor y = dropout(ones(100'003), p, 7);
        // Five standard deviations of a binomial distribution.
        BOOST_TEST(std::abs(kept(y) - (1 - double{p})) <= 5 * std::sqrt(double{p} * (1 - double{p}) / 1e5) + 1e-7, p);
        for (const float value : y.values())
            if (value != 0 && std::abs(value * (1 - p) - 1) > 1e-6f) BOOST_ERROR("kept as " << value);
    }
}

BOOST_AUTO_TEST_CASE(is_the_same_on_every_instruction_set) {
    const Tensor expected = dropout(ones(5000), 0.5f, 3);
    for (const std::string& isa : instruction_sets()) {
        const On on(isa);
        BOOST_TEST((dropout(ones(5000), 0.5f, 3) == expected), isa);
    }
}

BOOST_AUTO_TEST_CASE(is_the_same_for_any_threads) {
    check_same_for_any_threads("y", [] { return dropout(ones(100'000), 0.5f, 3); });
}

// Neighbors, chunks of the loop, and seeds one apart must have nothing to do with each other: half of the pairs agree.
BOOST_AUTO_TEST_CASE(is_independent_from_place_to_place_and_seed_to_seed) {
    const Tensor y = dropout(ones(1 << 16), 0.5f, 1), other = dropout(ones(1 << 16), 0.5f, 2);
    const auto agreement = [](const Tensor& a, const Tensor& b, Index shift) {
        double same = 0;
        const Index count = a.count() - shift;
        for (Index i = 0; i < count; ++i) same += (a[i] == 0) == (b[i + shift] == 0);
        return same / static_cast<double>(count);
    };
    for (const Index shift : {1, 2, 3, 4, 8, 16, 17, 64, 4096})
        BOOST_TEST(std::abs(agreement(y, y, shift) - 0.5) < 0.015, shift);
    for (const Index shift : {0, 1, 4096}) BOOST_TEST(std::abs(agreement(y, other, shift) - 0.5) < 0.015, shift);
}

BOOST_AUTO_TEST_CASE(backward_is_the_same_function) {
    const Tensor x = random({3, 17}, 1), y = dropout(x, 0.4f, 9), dx = dropout(Tensor::full({3, 17}, 1), 0.4f, 9);
    for (Index i = 0; i < x.count(); ++i) BOOST_TEST(y[i] == x[i] * dx[i], boost::test_tools::tolerance(1e-6f));
}

BOOST_AUTO_TEST_CASE(refuses_what_is_no_probability) {
    BOOST_CHECK_THROW(dropout(ones(1), 1.0f, 0), ShapeError);
    BOOST_CHECK_THROW(dropout(ones(1), -0.1f, 0), ShapeError);
    BOOST_TEST((dropout(Tensor(), 0.5f, 0) == Tensor()));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace

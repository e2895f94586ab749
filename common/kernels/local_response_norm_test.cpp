#include "kernels/local_response_norm.hpp"

#include <boost/test/data/test_case.hpp>

#include "kernels/reference.hpp"

using namespace cnn;
using namespace cnn::kernels;
using namespace cnn::kernels::reference;

namespace {

struct Place {
    Shape x;
    Neighborhood n;
    friend std::ostream& operator<<(std::ostream& out, const Place& c) {
        return out << to_string(c.x) << ", size " << c.n.size << ", beta " << c.n.beta;
    }
};
// AlexNet's, even sizes, more neighbors than channels, one channel, other powers.
const std::vector<Place> places{
    {{1, 1, 1, 1}, {.size = 1}},
    {{2, 96, 5, 7}, {.size = 5, .alpha = 0.5f, .beta = 0.75f, .k = 2}},
    {{1, 16, 13, 13}, {.size = 4, .alpha = 2, .beta = 0.75f, .k = 1}},
    {{3, 3, 9, 9}, {.size = 7, .alpha = 1, .beta = 0.5f, .k = 1}},
    {{1, 7, 11, 1}, {.size = 2, .alpha = 1, .beta = 1.25f, .k = 0.5f}},
    {{2, 1, 8, 8}, {.size = 3, .alpha = 1, .beta = 0.75f, .k = 1}},
};

// f(channel, neighbor) for the neighbors inside.
template <class F>
void for_neighbors(Index c, const Place& p, const F& f) {
    for (Index j = c - p.n.size / 2; j <= c + (p.n.size - 1) / 2; ++j)
        if (j >= 0 && j < p.x[1]) f(j);
}

struct Truth {
    std::vector<double> y, dx;
};
Truth truth(const Place& p, const Tensor& x, const Tensor& dy) {
    const Index pixels = p.x[2] * p.x[3], channels = p.x[1];
    const double share = double{p.n.alpha} / static_cast<double>(p.n.size), beta = double{p.n.beta};
    Truth t{std::vector<double>(x.values().size()), std::vector<double>(x.values().size())};
    const auto at = [&](Index n, Index c, Index i) { return (n * channels + c) * pixels + i; };
    for (Index n = 0; n < p.x[0]; ++n)
        for (Index i = 0; i < pixels; ++i)
            for (Index c = 0; c < channels; ++c) {
                double s = double{p.n.k};
                for_neighbors(c, p, [&](Index j) { s += share * std::pow(double{x[at(n, j, i)]}, 2); });
                const double own = double{x[at(n, c, i)]}, error = double{dy[at(n, c, i)]};
                t.y[static_cast<std::size_t>(at(n, c, i))] = own * std::pow(s, -beta);
                t.dx[static_cast<std::size_t>(at(n, c, i))] += error * std::pow(s, -beta);
                for_neighbors(c, p, [&](Index j) {
                    t.dx[static_cast<std::size_t>(at(n, j, i))] -=
                        2 * share * beta * double{x[at(n, j, i)]} * error * own * std::pow(s, -beta - 1);
                });
            }
    return t;
}

void check_near(const std::string& what, const Tensor& got, const std::vector<double>& expected) {
    double worst = 0;
    for (std::size_t i = 0; i < expected.size(); ++i)
        worst = std::max(worst, std::abs(double{got.values()[i]} - expected[i]));
    BOOST_TEST(worst < 4e-6, what << " is off by " << worst);
}

BOOST_AUTO_TEST_SUITE(local_response_norm)

BOOST_DATA_TEST_CASE(follows_the_formula, boost::unit_test::data::make(places) * instruction_sets(), place, isa) {
    const On on(isa);
    const Tensor x = random(place.x, 1), dy = random(place.x, 2);
    const Truth expected = truth(place, x, dy);
    const auto [y, scale] = local_response_norm_forward(x, place.n);
    check_near("y", y, expected.y);
    check_near("dx", local_response_norm_backward(dy, x, scale, place.n), expected.dx);
}

BOOST_DATA_TEST_CASE(is_the_same_for_any_threads, boost::unit_test::data::make(places) * instruction_sets(), place,
                     isa) {
    const On on(isa);
    const Tensor x = random(place.x, 1), dy = random(place.x, 2), scale = local_response_norm_forward(x, place.n).scale;
    check_same_for_any_threads("y", [&] { return local_response_norm_forward(x, place.n).y; });
    check_same_for_any_threads("dx", [&] { return local_response_norm_backward(dy, x, scale, place.n); });
}

// By hand: two channels 3 and 4 see each other: s = 0 + 1/2 · 2 · (9 + 16) = 25, β = 1/2: y = x / 5.
BOOST_AUTO_TEST_CASE(two_channels_by_hand) {
    const Neighborhood n{.size = 3, .alpha = 3, .beta = 0.5f, .k = 0};
    const auto [y, scale] = local_response_norm_forward(Tensor({1, 2, 1, 1}, {3, 4}), n);
    BOOST_TEST(scale[0] == 25.0f);
    BOOST_TEST(scale[1] == 25.0f);
    BOOST_TEST(y[0] == 0.6f, boost::test_tools::tolerance(1e-6f));
    BOOST_TEST(y[1] == 0.8f, boost::test_tools::tolerance(1e-6f));
}

// PyTorch 1.13: F.local_response_norm(x, size, alpha=0.6, beta=0.75, k=1) in double precision, and its gradient. An
// even size reaches one channel further back.
BOOST_AUTO_TEST_CASE(five_channels_as_pytorch) {
    const Tensor x({1, 5, 1, 1}, {1, -2, 3, 0.5f, -1}), dy({1, 5, 1, 1}, {1, 2, -1, 0.5f, 3});
    const auto check = [&](Index size, const std::vector<double>& y, const std::vector<double>& dx) {
        const Neighborhood n{.size = size, .alpha = 0.6f, .beta = 0.75f, .k = 1};
        const auto got = local_response_norm_forward(x, n);
        check_near("y", got.y, y);
        check_near("dx", local_response_norm_backward(dy, x, got.scale, n), dx);
    };
    check(3, {0.5946035575, -0.7348391704, 1.1360608829, 0.2166432314, -0.8458970108},
          {0.6214402613, 0.4944160286, 0.2175555971, 0.5625262962, 1.9392997697});
    check(4, {0.6572361811, -0.8560689106, 1.2725751954, 0.2120958659, -0.4973881816},
          {0.7882628266, 0.6092256816, 0.5965089658, 0.3200786150, 1.3674594191});
}

BOOST_AUTO_TEST_CASE(refuses_what_does_not_fit) {
    const Tensor x({2, 3, 4, 4});
    BOOST_CHECK_THROW(local_response_norm_forward(Tensor({3, 4}), {}), ShapeError);
    BOOST_CHECK_THROW(local_response_norm_forward(x, {.size = 0}), ShapeError);
    BOOST_CHECK_THROW(local_response_norm_backward(Tensor({2, 3, 4, 5}), x, x, {}), ShapeError);
    BOOST_CHECK_THROW(local_response_norm_backward(x, x, Tensor({2, 3, 4, 5}), {}), ShapeError);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace

#include "kernels/activation.hpp"

#include <boost/test/data/test_case.hpp>
#include <limits>

#include "kernels/reference.hpp"

using namespace cnn;
using namespace cnn::kernels;
using namespace cnn::kernels::reference;

namespace {

struct Function {
    const char* name;
    Tensor (*forward)(Tensor);
    Tensor (*backward)(Tensor, const Tensor&);
    double (*value)(double x);
    double (*derivative)(double y);
    friend std::ostream& operator<<(std::ostream& out, const Function& f) { return out << f.name; }
};

const std::vector<Function> functions{
    {"relu", relu_forward, relu_backward, [](double x) { return x > 0 ? x : 0; },
     [](double y) { return y > 0 ? 1.0 : 0.0; }},
    {"tanh", tanh_forward, tanh_backward, [](double x) { return std::tanh(x); }, [](double y) { return 1 - y * y; }},
    {"sigmoid", sigmoid_forward, sigmoid_backward, [](double x) { return 1 / (1 + std::exp(-x)); },
     [](double y) { return y * (1 - y); }},
    {"scaled tanh", scaled_tanh_forward, scaled_tanh_backward, [](double x) { return 1.7159 * std::tanh(2 * x / 3); },
     [](double y) { return 1.7159 * 2 / 3 * (1 - y / 1.7159 * y / 1.7159); }},
};
const std::vector<Index> sizes{1, 2, 3, 7, 16, 17, 31, 64, 127, 4096, 4097, 50001};

// From -20 to 20, most of them small: where the functions bend.
Tensor inputs(Index count) {
    Tensor x = random({count}, 7);
    for (float& value : x.values()) value = 20 * value * value * value;
    return x;
}

BOOST_AUTO_TEST_SUITE(activation)

BOOST_DATA_TEST_CASE(agree_with_the_formula, functions* sizes* instruction_sets(), f, count, isa) {
    const On on(isa);
    const Tensor x = inputs(count), dy = random({count}, 8), y = f.forward(x), dx = f.backward(dy, y);
    for (Index i = 0; i < count; ++i) {
        const double expected = f.value(double{x[i]}), slope = f.derivative(double{y[i]});
        // A vector tanh or exp is right to a few units in the last place.
        BOOST_TEST_REQUIRE(std::abs(double{y[i]} - expected) <= 0x1p-24 * 12 * (std::abs(expected) + 1e-30));
        BOOST_TEST_REQUIRE(std::abs(double{dx[i]} - double{dy[i]} * slope) <= 0x1p-24 * 4 * std::abs(double{dy[i]}));
    }
}

BOOST_DATA_TEST_CASE(are_the_same_for_any_threads, functions* instruction_sets(), f, isa) {
    const On on(isa);
    const Tensor x = inputs(50001), dy = random({50001}, 8);
    check_same_for_any_threads("y", [&] { return f.forward(x); });
    check_same_for_any_threads("dx", [&] { return f.backward(dy, f.forward(x)); });
}

// An element's value does not depend on where in the tensor it stands (in a vector, or in the rest at the end).
BOOST_DATA_TEST_CASE(do_not_depend_on_the_place, functions* instruction_sets(), f, isa) {
    const On on(isa);
    const Tensor whole = f.forward(inputs(37));
    for (Index i = 0; i < 37; ++i) BOOST_TEST(f.forward(Tensor({1}, {inputs(37)[i]}))[0] == whole[i]);
}

BOOST_DATA_TEST_CASE(work_in_place, functions* instruction_sets(), f, isa) {
    const On on(isa);
    Tensor x = inputs(100);
    const float* data = x.data();
    BOOST_TEST(f.forward(std::move(x)).data() == data);
}

BOOST_DATA_TEST_CASE(saturate, functions* instruction_sets(), f, isa) {
    const On on(isa);
    const float huge = std::numeric_limits<float>::max(), infinity = std::numeric_limits<float>::infinity();
    const Tensor y = f.forward(Tensor({4}, {-huge, huge, -infinity, infinity}));
    BOOST_TEST(double{y[0]} == f.value(double{-huge}), boost::test_tools::tolerance(1e-6));
    BOOST_TEST(double{y[2]} == f.value(double{-huge}), boost::test_tools::tolerance(1e-6));
    if (f.name != std::string("relu"))
        BOOST_TEST(double{y[3]} == f.value(double{huge}), boost::test_tools::tolerance(1e-6));
}

BOOST_DATA_TEST_CASE(pass_nan_on, functions* instruction_sets(), f, isa) {
    const On on(isa);
    BOOST_TEST(std::isnan(f.forward(Tensor({1}, {std::nanf("")}))[0]));
}

BOOST_DATA_TEST_CASE(keep_shapes_and_refuse_others, functions* instruction_sets(), f, isa) {
    const On on(isa);
    BOOST_TEST((f.forward(Tensor({2, 3, 4})).shape() == Shape{2, 3, 4}));
    BOOST_TEST(f.forward(Tensor()).empty());
    BOOST_CHECK_THROW(f.backward(Tensor({2, 3}), Tensor({3, 2})), ShapeError);
}

BOOST_DATA_TEST_CASE(sums_of_two_paths, instruction_sets(), isa) {
    const On on(isa);
    for (const Index count : {1, 7, 16, 4099}) {
        const Tensor a = random({count}, 1), b = random({count}, 2);
        Tensor expected({count}), rectified({count});
        for (Index i = 0; i < count; ++i) expected[i] = a[i] + b[i], rectified[i] = std::max(expected[i], 0.0f);
        BOOST_TEST((add(a, b) == expected));
        BOOST_TEST((add_relu(a, b) == rectified));
    }
    BOOST_TEST(std::isnan(add_relu(Tensor({1}, {std::nanf("")}), Tensor({1}))[0]));
    BOOST_CHECK_THROW(add(Tensor({2}), Tensor({3})), ShapeError);
    BOOST_CHECK_THROW(add_relu(Tensor({2}), Tensor({3})), ShapeError);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace

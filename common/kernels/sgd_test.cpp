#include "kernels/sgd.hpp"

#include <boost/test/data/test_case.hpp>

#include "kernels/reference.hpp"

using namespace cnn;
using namespace cnn::kernels;
using namespace cnn::kernels::reference;

BOOST_AUTO_TEST_SUITE(sgd)

BOOST_AUTO_TEST_CASE(by_hand) {
    Tensor value({2}, {1, -2}), velocity({2}, {0.5f, 0});
    sgd_step(value, Tensor({2}, {0.25f, 1}), velocity,
             {.learning_rate = 0.5f, .momentum = 0.5f, .weight_decay = 0.25f});
    BOOST_TEST((velocity == Tensor({2}, {0.75f, 0.5f})));
    BOOST_TEST((value == Tensor({2}, {0.625f, -2.25f})));
}

BOOST_DATA_TEST_CASE(agrees_with_the_formula, boost::unit_test::data::make(instruction_sets()), isa) {
    const On on(isa);
    for (const Index count : {1, 5, 16, 33, 4097, 20000}) {
        const Tensor before = random({count}, 1), gradient = random({count}, 2), speed = random({count}, 3);
        Tensor value = before, velocity = speed;
        sgd_step(value, gradient, velocity, {.learning_rate = 0.1f, .momentum = 0.9f, .weight_decay = 1e-3f});
        Sums v(before.shape()), x(before.shape());
        for (Index i = 0; i < count; ++i) {
            v.add(i, double{0.9f} * double{speed[i]});
            v.add(i, double{gradient[i]});
            v.add(i, double{1e-3f} * double{before[i]});
            x.add(i, double{before[i]});
            x.add(i, -double{0.1f} * v.value[static_cast<std::size_t>(i)]);
        }
        check_close("velocity", velocity, v);
        check_close("value", value, x);
    }
}

BOOST_AUTO_TEST_CASE(is_the_same_for_any_threads) {
    const Tensor before = random({30011}, 1), gradient = random({30011}, 2);
    check_same_for_any_threads("value", [&] {
        Tensor value = before, velocity = gradient;
        sgd_step(value, gradient, velocity, {.learning_rate = 0.1f, .momentum = 0.9f});
        return value;
    });
}

BOOST_AUTO_TEST_CASE(refuses_other_shapes) {
    Tensor value({2}), velocity({2}), other({3});
    BOOST_CHECK_THROW(sgd_step(value, other, velocity, {.learning_rate = 1}), ShapeError);
    BOOST_CHECK_THROW(sgd_step(value, velocity, other, {.learning_rate = 1}), ShapeError);
}

BOOST_AUTO_TEST_SUITE_END()

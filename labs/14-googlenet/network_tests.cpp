// 14.5.
#include <boost/test/unit_test.hpp>

#include "testing.hpp"

using namespace cnn;
using namespace cnn::lab14;
using namespace cnn::grader;

BOOST_AUTO_TEST_SUITE(task_14_5)

// The networks are made of these: where they are wrong, what is said of the networks below follows from them.
BOOST_AUTO_TEST_CASE(the_modules_of_task_14_2) {
    const Inception channels{192, 64, 96, 128, 16, 32, 32};  // 3a
    check_same(student(inception_table, channels, 28), inception_table(channels, 28));
}
BOOST_AUTO_TEST_CASE(the_heads_of_task_14_3) {
    check_same(student(auxiliary_head_table, Head{.in = 512}), auxiliary_head_table({.in = 512}));
}

void check_network(Net net, bool heads, Index parameters) {
    const NetworkTable network = student(googlenet_table, net, heads);
    check_same(network, googlenet_table(net, heads));
    check_same(network.parameters, parameters);
}
BOOST_AUTO_TEST_CASE(layers_of_2014) { check_network(Net::published, false, 6'998'552); }
BOOST_AUTO_TEST_CASE(layers_and_heads_of_2014) { check_network(Net::published, true, 13'378'280); }
BOOST_AUTO_TEST_CASE(layers_of_torchvision_s) { check_network(Net::torchvisions, false, 6'624'904); }
BOOST_AUTO_TEST_CASE(layers_and_heads_of_torchvision_s) { check_network(Net::torchvisions, true, 13'004'888); }
BOOST_AUTO_TEST_CASE(layers_of_the_small_one) { check_network(Net::small, false, 148'406); }
BOOST_AUTO_TEST_CASE(layers_and_head_of_the_small_one) { check_network(Net::small, true, 171'680); }

// 4a, 4b and 4c all give 512 maps: the table does not tell which of them a head reads.
BOOST_AUTO_TEST_CASE(what_the_heads_read) {
    for (const Net net : {Net::published, Net::torchvisions, Net::small})
        check_same(student(heads_read, net), heads_read(net));
}
BOOST_AUTO_TEST_CASE(small_ones_for_other_images) {
    check_same(student(small_googlenet_table, 1, 28, 10, true), small_googlenet_table(1, 28, 10, true));
    check_same(student(small_googlenet_table, 2, 32, 3, true), small_googlenet_table(2, 32, 3, true));
}
BOOST_AUTO_TEST_CASE(other_classes) {
    for (const Net net : {Net::published, Net::torchvisions, Net::small})
        check_same(student(last_layers, net, 7), last_layers(net, 7));
}

// Shares measured over 20,000 numbers have a deviation of 0.004 at most.
void check_dropout(Net net, const std::vector<double>& expected) {
    check_same(student(googlenet_dropout, net), expected, {.relative = 0, .absolute = 0.02});
}
BOOST_AUTO_TEST_CASE(dropout_of_2014) { check_dropout(Net::published, {0.4, 0.7, 0.7}); }
BOOST_AUTO_TEST_CASE(dropout_of_torchvision_s) { check_dropout(Net::torchvisions, {0.2, 0.7, 0.7}); }
BOOST_AUTO_TEST_CASE(dropout_of_the_small_one) { check_dropout(Net::small, {0.2, 0.7}); }

void check_logits(Net net, const std::string& name) {
    const Tensor y = student(googlenet_outputs, net, random({2, 3, 64, 64}, 61), 63u).y;
    check_that(y.shape() == Shape{2, 1000}, fmt::format("predictions {}, expected [2, 1000]", y.shape()));
    if (y.shape() != Shape{2, 1000}) return;
    Tensor first({2, 100});  // classes, as many as golden/make.py keeps
    for (Index n = 0; n < 2; ++n)
        for (Index m = 0; m < 100; ++m) first(n, m) = y(n, m);
    check_same(first, golden(name + "_logits"), of_logits);
}
BOOST_AUTO_TEST_CASE(network_of_2014_agrees_with_pytorch) { check_logits(Net::published, "published"); }
BOOST_AUTO_TEST_CASE(torchvision_s_network_agrees_with_torchvision) { check_logits(Net::torchvisions, "torchvisions"); }

BOOST_AUTO_TEST_CASE(network_of_2014_computes) {
    const Tensor x = random({1, 3, 64, 64}, 64);
    check_same(student(googlenet_outputs, Net::published, x, 65u), googlenet_outputs(Net::published, x, 65), of_logits);
}

BOOST_AUTO_TEST_CASE(torchvision_s_network_computes) {
    const Tensor x = random({1, 3, 64, 64}, 66);
    check_same(student(googlenet_outputs, Net::torchvisions, x, 67u), googlenet_outputs(Net::torchvisions, x, 67),
               of_logits);
}

const std::vector<std::int32_t> labels{7, 0, 3, 9};

BOOST_AUTO_TEST_CASE(the_small_one_agrees_with_pytorch) {
    const SampledPass step = student(small_googlenet_step, random({4, 3, 32, 32}, 71), labels, 73u);
    check_same(step.y, golden("small_y"), of_logits);
    check_same(joined(step.gradients), golden("small_gradients"), of_gradients);
}
BOOST_AUTO_TEST_CASE(a_step_of_the_small_one) {
    const Tensor x = random({2, 3, 32, 32}, 81);
    check_same(student(small_googlenet_step, x, std::vector<std::int32_t>{1, 8}, 83u),
               small_googlenet_step(x, {1, 8}, 83), of_gradients);
}

BOOST_AUTO_TEST_SUITE_END()

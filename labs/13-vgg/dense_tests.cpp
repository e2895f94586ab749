// 13.4: dense evaluation.
#include "testing.hpp"

#include <cmath>

#include "nn/operators.hpp"

using namespace cnn;
using namespace cnn::lab13;

BOOST_AUTO_TEST_SUITE(task_13_4)

using Classifier = std::vector<DenseWeights>;

// Three dense layers that read maps [channels, size, size].
Classifier classifier(Index channels, Index size, std::uint32_t seed) {
    Classifier layers;
    Index inputs = channels * size * size;
    for (const Index neurons : {6, 5, 4}) {
        layers.push_back({random({neurons, inputs}, seed), random({neurons}, seed + 1)});
        inputs = neurons, seed += 2;
    }
    return layers;
}
// What the dense layers say of flat features [N, D].
Tensor dense_scores(Tensor x, const Classifier& layers) {
    x = std::move(x).reshaped({x.size(0), x.count() / x.size(0)});
    for (std::size_t i = 0; i < layers.size(); ++i) {
        if (i > 0) x = kernels::relu_forward(std::move(x));
        x = kernels::dense_forward(x, layers[i].w, layers[i].b);
    }
    return x;
}
Tensor cut(const Tensor& x, Index row, Index column, Index side) {
    Tensor part({x.size(0), x.size(1), side, side});
    for (Index n = 0; n < x.size(0); ++n)
        for (Index c = 0; c < x.size(1); ++c)
            for (Index i = 0; i < side; ++i)
                for (Index j = 0; j < side; ++j) part(n, c, i, j) = x(n, c, row + i, column + j);
    return part;
}

BOOST_AUTO_TEST_CASE(the_handout_s_filters) {
    const Tensor w({2, 4}, {1, 2, 3, 4, 5, 6, 7, 8});
    check_same(student(as_filters, w, 1, 2), Tensor({2, 1, 2, 2}, {1, 2, 3, 4, 5, 6, 7, 8}));
}
BOOST_AUTO_TEST_CASE(filters_of_several_channels) {
    const Tensor w = random({3, 2 * 9}, 1);
    check_same(student(as_filters, w, 2, 3), as_filters(w, 2, 3));
    check_same(student(as_filters, w, 18, 1), as_filters(w, 18, 1));
}

BOOST_AUTO_TEST_CASE(the_handout_s_scores) {
    // Two layers: (x00 + x01 + x10 + x11) - 9, ReLU, times 2 and minus 1.
    const Classifier layers{{Tensor({1, 4}, {1, 1, 1, 1}), Tensor({1}, {-9})},
                            {Tensor({1, 1}, {2}), Tensor({1}, {-1})}};
    check_same(student(score_maps, Tensor({1, 1, 2, 3}, {1, 2, 3, 4, 0, 5}), layers, 2), Tensor({1, 1, 1, 2}, {-1, 1}));
}
BOOST_AUTO_TEST_CASE(in_one_place_it_is_the_dense_layers) {
    const Tensor x = random({3, 2, 7, 7}, 2);
    const Classifier layers = classifier(2, 7, 3);
    const Tensor maps = student(score_maps, x, layers, 7);
    check_same(maps, dense_scores(x, layers).reshaped({3, 4, 1, 1}), through_a_network);
}
BOOST_AUTO_TEST_CASE(elsewhere_it_slides) {
    const Tensor x = random({2, 3, 6, 5}, 4);
    const Classifier layers = classifier(3, 3, 5);
    const Tensor maps = student(score_maps, x, layers, 3);
    Tensor expected({2, 4, 4, 3});
    for (Index i = 0; i < 4; ++i)
        for (Index j = 0; j < 3; ++j) {
            const Tensor scores = dense_scores(cut(x, i, j, 3), layers);
            for (Index n = 0; n < 2; ++n)
                for (Index m = 0; m < 4; ++m) expected(n, m, i, j) = scores(n, m);
        }
    check_same(maps, expected, through_a_network);
}
BOOST_AUTO_TEST_CASE(on_images_it_slides_by_the_step_of_the_field) {
    // Features without padding: score (i, j) is that of the crop whose corner is (i · step, j · step).
    nn::Sequential features(nn::Conv2d(3, 4, {.size = 3}), nn::ReLU(), nn::MaxPool2d({.size = 2, .stride = 2}),
                            nn::Conv2d(4, 4, {.size = 3, .stride = 2}), nn::ReLU());
    nn::set_weights(features, 6);
    const Classifier layers = classifier(4, 2, 7);
    const ReceptiveField field = receptive_field({{.size = 3}, {2, 2, 0}, {3, 2, 0}, {.size = 2}});
    const Tensor image = random({1, 3, 24, 28}, 8);
    const Tensor maps = student(score_maps, features.forward(image), layers, 2);
    check_that((maps.shape() == Shape{1, 4, 4, 5}), fmt::format("maps {}, expected [1, 4, 4, 5]", maps.shape()));
    if (maps.shape() != Shape{1, 4, 4, 5}) return;
    Tensor expected(maps.shape());
    for (Index i = 0; i < 4; ++i)
        for (Index j = 0; j < 5; ++j) {
            const Tensor crop = cut(image, i * field.step, j * field.step, field.size);
            const Tensor scores = dense_scores(features.forward(crop), layers);
            for (Index m = 0; m < 4; ++m) expected(0, m, i, j) = scores(0, m);
        }
    check_same(maps, expected, through_a_network);
}
BOOST_AUTO_TEST_CASE(score_maps_agree_with_pytorch) {
    nn::Sequential network = small_classifier_network(81);
    network.set_training(false);
    Classifier layers;
    for (const auto& [name, parameter] : network[3].parameters()) {
        if (!parameter->learned) continue;
        if (parameter->value.rank() == 2) layers.push_back({parameter->value, Tensor()});
        layers.back().b = parameter->value;
    }
    const Tensor x = network[0].forward(random({2, 3, 20, 24}, 82));
    check_same(student(score_maps, x, layers, 7), golden("score_maps"), through_a_network);
}
BOOST_AUTO_TEST_CASE(one_layer_has_no_relu) {
    const Classifier layers{{random({3, 8}, 9), random({3}, 10)}};
    check_same(student(score_maps, random({1, 2, 3, 3}, 11), layers, 2),
               score_maps(random({1, 2, 3, 3}, 11), layers, 2), through_a_network);
}

void check_mean(const Shape& shape) {
    const Tensor maps = random(shape, 12);
    check_same(student(mean_scores, maps), mean_scores(maps), {.relative = 1e-5, .absolute = 1e-6});
}
BOOST_AUTO_TEST_CASE(the_handout_s_mean) {
    check_same(student(mean_scores, Tensor({1, 2, 1, 2}, {-1, 1, 3, 4})), Tensor({1, 2}, {0, 3.5f}));
}
BOOST_AUTO_TEST_CASE(mean_of_one_place) { check_mean({2, 3, 1, 1}); }
BOOST_AUTO_TEST_CASE(mean_not_square) { check_mean({3, 4, 2, 5}); }

BOOST_AUTO_TEST_CASE(dense_evaluation_agrees_with_pytorch) {
    check_same(student(evaluate_densely_report, random({2, 3, 20, 24}, 82), 81), golden("dense_evaluation"),
               through_a_network);
}
void check_evaluation(const Shape& x) {
    check_same(student(evaluate_densely_report, random(x, 13), 14), evaluate_densely_report(random(x, 13), 14),
               through_a_network);
}
BOOST_AUTO_TEST_CASE(evaluation_in_one_place) { check_evaluation({2, 3, 14, 15}); }
BOOST_AUTO_TEST_CASE(evaluation_of_a_larger_image) { check_evaluation({1, 3, 23, 18}); }
BOOST_AUTO_TEST_CASE(mirror_images_are_judged_alike) {
    Tensor x = random({2, 3, 14, 18}, 15);
    for (Index c = 0; c < 3; ++c)
        for (Index i = 0; i < 14; ++i)
            for (Index j = 0; j < 18; ++j) x(1, c, i, j) = x(0, c, i, 17 - j);
    const Tensor y = student(evaluate_densely_report, x, 16);
    check_that((y.shape() == Shape{2, 4}), fmt::format("probabilities {}, expected [2, 4]", y.shape()));
    if (y.shape() != Shape{2, 4}) return;
    for (Index m = 0; m < 4; ++m)
        check_that(std::abs(y(0, m) - y(1, m)) < 1e-5f,
                   fmt::format("class {}: {:.5f} for an image, {:.5f} for its mirror image", m, y(0, m), y(1, m)));
}

// ---- refusals ----

BOOST_AUTO_TEST_CASE(filters_that_do_not_fit) {
    for (const Index numbers : {17, 19, 9, 36}) check_rejects(as_filters, random({3, numbers}, 1), 2, 3);
    check_rejects(as_filters, random({3, 18}, 1), 3, 2);
    check_rejects(as_filters, random({18}, 1), 2, 3);
}
BOOST_AUTO_TEST_CASE(layers_that_do_not_fit) {
    check_rejects(score_maps, random({1, 2, 5, 5}, 1), classifier(2, 3, 1), 2);
    check_rejects(score_maps, random({1, 2, 5, 5}, 1), classifier(2, 3, 1), 4);
    check_rejects(score_maps, random({1, 3, 5, 5}, 1), classifier(2, 3, 1), 3);
    check_rejects(score_maps, random({1, 1, 5, 5}, 1), classifier(2, 3, 1), 3);
    check_rejects(score_maps, random({1, 2, 2, 5}, 1), classifier(2, 3, 1), 3);
    check_rejects(score_maps, random({1, 2, 5, 2}, 1), classifier(2, 3, 1), 3);
    for (const Index inputs : {5, 7}) {  // the second layer reads the six neurons of the first
        Classifier layers = classifier(2, 3, 1);
        layers[1].w = random({5, inputs}, 2);
        check_rejects(score_maps, random({1, 2, 5, 5}, 1), layers, 3);
    }
    for (const Index biases : {5, 7}) {
        Classifier layers = classifier(2, 3, 1);
        layers[0].b = random({biases}, 2);
        check_rejects(score_maps, random({1, 2, 5, 5}, 1), layers, 3);
    }
}
BOOST_AUTO_TEST_CASE(images_too_small) {
    check_rejects(evaluate_densely_report, random({1, 3, 13, 20}, 1), 2u);
    check_rejects(evaluate_densely_report, random({1, 3, 20, 13}, 1), 2u);
}

BOOST_AUTO_TEST_SUITE_END()

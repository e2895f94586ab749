// Tasks 11.5 to 11.7: asking a whole network.
#include "testing.hpp"

using namespace cnn;
using namespace cnn::lab11;
using namespace cnn::grader;

// ---- 11.5 ----

BOOST_AUTO_TEST_SUITE(task_11_5)

BOOST_AUTO_TEST_CASE(the_handout_s_four_places) {
    const Tensor x({1, 1, 2, 3}, {1, 2, 3,  //
                                  4, 5, 6});
    check_same(student(occluded, x, Window{.size = 2}, 0.0f), Tensor({2, 1, 2, 3}, {0, 0, 3, 0, 0, 6,  //
                                                                                    1, 0, 0, 4, 0, 0}));
}
void check_occluded(const Shape& image, const Window& cover, float value) {
    const Tensor x = random(image, 1);
    check_same(student(occluded, x, cover, value), occluded(x, cover, value));
}
BOOST_AUTO_TEST_CASE(one_pixel_at_a_time) { check_occluded({1, 1, 3, 4}, {.size = 1}, 9); }
BOOST_AUTO_TEST_CASE(the_whole_image) { check_occluded({1, 2, 3, 3}, {.size = 3}, 0.5f); }
BOOST_AUTO_TEST_CASE(all_channels_are_covered) { check_occluded({1, 3, 4, 5}, {.size = 2}, 0.5f); }
BOOST_AUTO_TEST_CASE(a_stride) {
    check_occluded({1, 1, 6, 6}, {.size = 2, .stride = 2}, 0.5f);
    check_occluded({1, 1, 7, 4}, {.size = 2, .stride = 3}, 0.5f);
}
BOOST_AUTO_TEST_CASE(over_the_edge) {
    check_occluded({1, 1, 4, 5}, {.size = 3, .padding = 1}, 0.5f);
    check_occluded({1, 2, 5, 4}, {.size = 3, .stride = 2, .padding = 2}, -0.5f);
}
BOOST_AUTO_TEST_CASE(what_cannot_be_covered_is_refused) {
    check_rejects(occluded, random({2, 1, 4, 4}, 1), Window{.size = 2}, 0.0f);
    check_rejects(occluded, random({1, 4, 4}, 1), Window{.size = 2}, 0.0f);
    check_rejects(occluded, random({1, 1, 4, 6}, 1), Window{.size = 5}, 0.0f);
    check_rejects(occluded, random({1, 1, 6, 4}, 1), Window{.size = 5}, 0.0f);
    check_rejects(occluded, random({1, 1, 4, 4}, 1), Window{.size = 2, .stride = 0}, 0.0f);
}

void check_map(std::uint32_t seed, const Shape& image, Index label, const Window& cover, float value) {
    const Tensor x = random(image, seed);
    check_same(student(occlusion_report, SmallNetwork{seed}, x, label, cover, value),
               occlusion_report({seed}, x, label, cover, value), of_probabilities);
}
BOOST_AUTO_TEST_CASE(maps_of_every_class) {
    for (Index label = 0; label < small_classes; ++label) check_map(1, {1, 1, 8, 8}, label, {.size = 3}, 0);
}
BOOST_AUTO_TEST_CASE(maps_not_square) { check_map(3, {1, 2, 6, 9}, 1, {.size = 2, .stride = 2}, 1); }
BOOST_AUTO_TEST_CASE(a_map_of_one_place) { check_map(4, {1, 1, 4, 4}, 2, {.size = 4}, 0); }
BOOST_AUTO_TEST_CASE(a_map_as_large_as_the_image) { check_map(6, {1, 1, 6, 4}, 0, {.size = 3, .padding = 1}, 0); }
BOOST_AUTO_TEST_CASE(agrees_with_pytorch) {
    check_same(
        student(occlusion_report, SmallNetwork{5}, random({1, 2, 7, 6}, 1), 1, Window{.size = 3, .stride = 2}, 0.25f),
        {golden("occlusion_probability"), golden("occlusion_best")}, of_probabilities);
}
BOOST_AUTO_TEST_CASE(of_equal_scores_the_first) {
    const SmallNetwork undecided{.seed = 7, .undecided = true};
    const Tensor x = random({1, 1, 4, 6}, 7);
    check_same(student(occlusion_report, undecided, x, 1, Window{.size = 3}, 0.0f),
               {Tensor::full({2, 4}, 1 / 3.0f), Tensor({2, 4})}, of_probabilities);
}
BOOST_AUTO_TEST_CASE(what_cannot_be_covered_is_not_asked_about) {
    check_rejects(occlusion_report, SmallNetwork{5}, random({2, 1, 6, 6}, 1), 0, Window{.size = 3}, 0.0f);
    check_rejects(occlusion_report, SmallNetwork{5}, random({1, 1, 6, 6}, 1), 0, Window{.size = 7}, 0.0f);
}
BOOST_AUTO_TEST_CASE(no_such_class) {
    check_rejects(occlusion_report, SmallNetwork{5}, random({1, 1, 6, 6}, 1), 3, Window{.size = 3}, 0.0f);
    check_rejects(occlusion_report, SmallNetwork{5}, random({1, 1, 6, 6}, 1), -1, Window{.size = 3}, 0.0f);
}

BOOST_AUTO_TEST_SUITE_END()

// ---- 11.6 ----

BOOST_AUTO_TEST_SUITE(task_11_6)

void check_gradient(const SmallNetwork& network, const Shape& image, Index unit) {
    const Tensor x = random(image, network.seed);
    check_same(student(score_gradient_report, network, x, unit), score_gradient_report(network, x, unit), two_layers);
}
BOOST_AUTO_TEST_CASE(gradients_of_every_class) {
    for (Index unit = 0; unit < small_classes; ++unit) check_gradient({1}, {1, 1, 6, 6}, unit);
}
BOOST_AUTO_TEST_CASE(gradients_of_a_pixel_in_a_map) {
    for (const Index unit : {0, 7, 23}) check_gradient({.seed = 2, .maps = true}, {1, 2, 6, 4}, unit);
}
BOOST_AUTO_TEST_CASE(gradients_agree_with_pytorch) {
    const Tensor x = random({1, 2, 6, 8}, 3);
    check_same(student(score_gradient_report, SmallNetwork{7}, x, 2), golden("gradient_relu"), two_layers);
    check_same(student(score_gradient_report, SmallNetwork{7, true}, x, 2), golden("gradient_smooth"), two_layers);
}
// (S(x + h) - S(x - h)) / 2h, one pixel after the other.
BOOST_AUTO_TEST_CASE(gradients_agree_with_their_definition) {
    const SmallNetwork small{.seed = 4, .smooth = true};
    Tensor x = random({1, 1, 4, 4}, 4);
    const Tensor answer = student(score_gradient_report, small, x, 1);
    nn::Sequential network = build(small, x.shape());
    network.set_training(false);
    Tensor numeric(x.shape());
    constexpr float h = 1e-2f;
    for (Index i = 0; i < x.count(); ++i) {
        const float old = x[i];
        x[i] = old + h;
        const float up = network.forward(x)[1];
        x[i] = old - h;
        const float down = network.forward(x)[1];
        x[i] = old;
        numeric[i] = (up - down) / (2 * h);
    }
    // The scores are below 2 and rounded to 2^-23 of that: 2.4e-7 / 2h = 1.2e-5; the third derivative adds h²/6.
    check_same(answer, numeric, {.relative = 1e-3, .absolute = 1e-4});
}
BOOST_AUTO_TEST_CASE(no_such_unit) {
    check_rejects(score_gradient_report, SmallNetwork{5}, random({1, 1, 6, 6}, 1), 3);
    check_rejects(score_gradient_report, SmallNetwork{5}, random({1, 1, 6, 6}, 1), -1);
    check_rejects(score_gradient_report, SmallNetwork{5}, random({2, 1, 6, 6}, 1), 0);
}

BOOST_AUTO_TEST_CASE(the_handout_s_step) {
    check_same(student(ascent_step, Tensor({2}, {1, -2}), Tensor({2}, {0.5f, 1}), 2.0f, 0.25f), Tensor({2}, {1, 2}));
}
BOOST_AUTO_TEST_CASE(steps_with_and_without_decay) {
    const Tensor x = random({1, 2, 3, 4}, 1), gradient = random({1, 2, 3, 4}, 2);
    for (const float decay : {0.0f, 0.1f, 2.0f})
        check_same(student(ascent_step, x, gradient, 0.7f, decay), ascent_step(x, gradient, 0.7f, decay));
}
BOOST_AUTO_TEST_CASE(another_gradient_is_refused) {
    check_rejects(ascent_step, random({1, 1, 2, 3}, 1), random({1, 1, 3, 2}, 1), 1.0f, 0.0f);
    check_rejects(ascent_step, random({3}, 1), random({4}, 1), 1.0f, 0.0f);
    check_rejects(ascent_step, random({4}, 1), random({3}, 1), 1.0f, 0.0f);
}

BOOST_AUTO_TEST_CASE(the_handout_s_blur) {
    const Tensor x({1, 1, 3, 3}, {0, 0, 0, 0, 16, 0, 0, 0, 0});
    check_same(student(blurred, x), Tensor({1, 1, 3, 3}, {1, 2, 1, 2, 4, 2, 1, 2, 1}));
}
BOOST_AUTO_TEST_CASE(the_edge_is_repeated) {
    check_same(student(blurred, Tensor::full({1, 1, 3, 4}, 8)), Tensor::full({1, 1, 3, 4}, 8));
    const Tensor x({1, 1, 1, 4}, {16, 0, 0, 8});
    check_same(student(blurred, x), Tensor({1, 1, 1, 4}, {12, 4, 2, 6}));
}
BOOST_AUTO_TEST_CASE(planes_are_smoothed_by_themselves) {
    for (const Shape& shape : {Shape{1, 1, 1, 1}, {1, 3, 4, 2}, {2, 2, 3, 5}}) {
        const Tensor x = random(shape, 1);
        check_same(student(blurred, x), blurred(x), smoothed);
    }
}
BOOST_AUTO_TEST_CASE(blur_agrees_with_scipy) {
    check_same(student(blurred, random({2, 3, 5, 4}, 6)), golden("blurred"), smoothed);
}
BOOST_AUTO_TEST_CASE(no_image_to_blur) {
    check_rejects(blurred, random({3, 4}, 1));
    check_rejects(blurred, random({2, 3, 4}, 1));
    check_rejects(blurred, random({1, 1, 1, 3, 4}, 1));
}

// An ascent that is wrong, but is what one's own three steps make of the start, is put together rightly.
Ascent own_ascent(const SmallNetwork& network, Index unit, const Tensor& start, const AscentOptions& options) {
    Ascent own{start, {}};
    for (Index step = 1; step <= options.steps; ++step) {
        own.x = student(ascent_step, own.x, student(score_gradient_report, network, own.x, unit), options.rate,
                        options.decay);
        if (options.blur_every > 0 && step % options.blur_every == 0) own.x = student(blurred, own.x);
    }
    return own;
}
void check_ascent(const SmallNetwork& network, Index unit, const Tensor& start, const AscentOptions& options,
                  const Ascent& expected) {
    const Ascent answer = student(maximize_report, network, unit, start, options);
    if (!is_near(answer.x, expected.x))
        check_that(!is_near(answer.x, own_ascent(network, unit, start, options).x),
                   "The ascent is put together rightly, but of steps that are not: correct score_gradient, ascent_step "
                   "and blurred first.");
    check_same(answer, expected, two_layers);
}
void check_ascent(const SmallNetwork& network, const Shape& image, Index unit, const AscentOptions& options) {
    const Tensor start = random(image, network.seed);
    check_ascent(network, unit, start, options, maximize_report(network, unit, start, options));
}
BOOST_AUTO_TEST_CASE(no_step_at_all) { check_ascent({1}, {1, 1, 4, 4}, 0, {.steps = 0}); }
BOOST_AUTO_TEST_CASE(one_step) { check_ascent({2}, {1, 1, 4, 4}, 1, {.steps = 1, .rate = 0.5f}); }
BOOST_AUTO_TEST_CASE(steps_with_decay) {
    check_ascent({.seed = 3, .smooth = true}, {1, 1, 4, 6}, 2, {.steps = 5, .rate = 0.5f, .decay = 0.1f});
}
BOOST_AUTO_TEST_CASE(steps_with_blur) {
    const SmallNetwork smooth{.seed = 4, .smooth = true};
    check_ascent(smooth, {1, 2, 6, 4}, 0, {.steps = 5, .rate = 0.5f, .blur_every = 2});
    check_ascent(smooth, {1, 2, 6, 4}, 0, {.steps = 4, .rate = 0.5f, .blur_every = 2});
    check_ascent(smooth, {1, 1, 4, 4}, 1, {.steps = 3, .rate = 0.5f, .blur_every = 1});
}
BOOST_AUTO_TEST_CASE(a_pixel_of_a_map) {
    check_ascent({.seed = 5, .smooth = true, .maps = true}, {1, 1, 4, 4}, 6, {.steps = 3, .rate = 0.5f, .decay = 0.1f});
}
BOOST_AUTO_TEST_CASE(steps_agree_with_pytorch) {
    const Tensor start = random({1, 2, 6, 8}, 3);
    const AscentOptions options{.steps = 7, .rate = 0.5f, .decay = 0.05f, .blur_every = 3};
    for (const bool smooth : {false, true}) {
        const std::string name = smooth ? "ascent_smooth" : "ascent_relu";
        const Tensor scores = golden(name + "_scores");
        check_ascent({.seed = 7, .smooth = smooth}, 2, start, options,
                     {golden(name), {scores.values().begin(), scores.values().end()}});
    }
}
BOOST_AUTO_TEST_CASE(nothing_to_maximize) {
    check_rejects(maximize_report, SmallNetwork{5}, 3, random({1, 1, 6, 6}, 1), AscentOptions{.steps = 1});
    check_rejects(maximize_report, SmallNetwork{5}, -1, random({1, 1, 6, 6}, 1), AscentOptions{.steps = 1});
}

BOOST_AUTO_TEST_SUITE_END()

// ---- 11.7 ----

BOOST_AUTO_TEST_SUITE(task_11_7)

BOOST_AUTO_TEST_CASE(the_handout_s_two_channels) {
    const Tensor gradient({1, 2, 1, 3}, {0.5f, -3, 0, -1, 2, 0.25f});
    check_same(student(strongest_channel, gradient), Tensor({1, 1, 3}, {1, 3, 0.25f}));
}
BOOST_AUTO_TEST_CASE(channels_and_images) {
    for (const Shape& shape : {Shape{1, 1, 2, 3}, {1, 3, 4, 2}, {3, 2, 2, 5}}) {
        const Tensor gradient = random(shape, 1);
        check_same(student(strongest_channel, gradient), strongest_channel(gradient));
    }
}
BOOST_AUTO_TEST_CASE(no_gradient_of_images) {
    check_rejects(strongest_channel, random({3, 4, 2}, 1));
    check_rejects(strongest_channel, random({1, 3, 1, 4, 2}, 1));
}

void check_saliency(const SmallNetwork& network, const Shape& images, const std::vector<std::int32_t>& labels) {
    const Tensor x = random(images, network.seed);
    check_same(student(saliency_report, network, x, labels), saliency_report(network, x, labels), two_layers);
}
BOOST_AUTO_TEST_CASE(one_image) {
    for (const std::int32_t label : {0, 1, 2}) check_saliency({1}, {1, 1, 6, 6}, {label});
}
BOOST_AUTO_TEST_CASE(colours) { check_saliency({2}, {1, 3, 5, 6}, {1}); }
BOOST_AUTO_TEST_CASE(every_image_has_its_own_label) { check_saliency({3}, {3, 1, 6, 4}, {2, 0, 1}); }
BOOST_AUTO_TEST_CASE(agrees_with_pytorch) {
    check_same(
        student(saliency_report, SmallNetwork{8}, random({4, 3, 8, 6}, 4), std::vector<std::int32_t>{2, 0, 0, 1}),
        golden("saliency"), two_layers);
}
BOOST_AUTO_TEST_CASE(labels_that_do_not_fit_are_refused) {
    const Tensor x = random({2, 1, 6, 6}, 1);
    check_rejects(saliency_report, SmallNetwork{5}, x, std::vector<std::int32_t>{0});
    check_rejects(saliency_report, SmallNetwork{5}, x, std::vector<std::int32_t>{0, 1, 2});
    check_rejects(saliency_report, SmallNetwork{5}, x, std::vector<std::int32_t>{0, 3});
    check_rejects(saliency_report, SmallNetwork{5}, x, std::vector<std::int32_t>{0, -1});
}

BOOST_AUTO_TEST_SUITE_END()

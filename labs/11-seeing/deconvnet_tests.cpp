// Task 11.4: the deconvnet.
#include <algorithm>

#include "kernels/activation.hpp"
#include "kernels/convolution.hpp"
#include "kernels/pooling.hpp"
#include "testing.hpp"

using namespace cnn;
using namespace cnn::lab11;
using namespace cnn::grader;

BOOST_AUTO_TEST_SUITE(task_11_4)

// As golden/make.py builds them.
std::vector<Stage> stages_of(const std::vector<Shape>& filters, const std::vector<Window>& convolutions,
                             const std::vector<Window>& poolings) {
    std::vector<Stage> stages;
    for (std::size_t i = 0; i < filters.size(); ++i) {
        const auto seed = static_cast<std::uint32_t>(i);
        stages.push_back(
            {random(filters[i], 10 + seed), random({filters[i][0]}, 20 + seed), convolutions[i], poolings[i]});
    }
    return stages;
}
const Window halving{.size = 2, .stride = 2}, alexnets{.size = 3, .stride = 2};
const std::vector<Stage> two_stages =
    stages_of({{4, 1, 5, 5}, {5, 4, 3, 3}}, {{5, 1, 2}, {3, 1, 1}}, {halving, halving});
const std::vector<Stage> strided =
    stages_of({{4, 3, 5, 5}, {6, 4, 3, 3}}, {{5, 2, 1}, {3, 1, 0}}, {alexnets, alexnets});
const std::vector<Stage> unpooled = stages_of({{3, 2, 3, 3}, {2, 3, 3, 3}}, {{3, 1, 1}, {3, 1, 1}}, {{1}, halving});

// The handout's: one filter on an image of 3 × 3.
const Stage pencil{Tensor({1, 1, 2, 2}, {1, -1, 0, 2}), Tensor({1}), {.size = 2}, halving};
const Tensor pencil_image({1, 1, 3, 3}, {1, 2, 0,  //
                                         0, 1, 3,  //
                                         2, 0, 1});

BOOST_AUTO_TEST_CASE(the_handout_s_stage_forward) {
    check_same(student(forward, pencil_image, std::vector{pencil}),
               {{Tensor({1, 1, 2, 2}, {1, 8, 0, 0}), Tensor({1, 1, 1, 1}, {8}), Tensor({1, 1, 1, 1}, {1})}});
}
void check_forward(const Shape& image, const std::vector<Stage>& stages) {
    const Tensor x = random(image, 1);
    check_same(student(forward, x, stages), forward(x, stages), two_layers);
}
BOOST_AUTO_TEST_CASE(one_stage) { check_forward({1, 1, 8, 6}, {two_stages[0]}); }
BOOST_AUTO_TEST_CASE(two_stages_and_several_images) {
    check_forward({1, 1, 14, 14}, two_stages);
    check_forward({3, 3, 24, 27}, strided);
}
BOOST_AUTO_TEST_CASE(a_stage_without_pooling) { check_forward({2, 2, 6, 7}, unpooled); }

BOOST_AUTO_TEST_CASE(the_handout_s_stage_back) {
    check_same(student(stage_back, Tensor({1, 1, 1, 1}, {8}), Tensor({1, 1, 1, 1}, {1}), pencil, Shape{1, 1, 2, 2},
                       Shape{1, 1, 3, 3}),
               Tensor({1, 1, 3, 3}, {0, 8, -8,  //
                                     0, 0, 16,  //
                                     0, 0, 0}));
}
// Any numbers come back, negative ones too, as from the stage above.
void check_back(const Shape& image, const Stage& stage) {
    const std::vector<StagePass> passes = forward(random(image, 1), {stage});
    const Tensor pooled = random(passes[0].pooled.shape(), 2), &switches = passes[0].switches;
    const Shape maps = passes[0].maps.shape();
    check_same(student(stage_back, pooled, switches, stage, maps, image),
               stage_back(pooled, switches, stage, maps, image), two_layers);
}
BOOST_AUTO_TEST_CASE(back_through_one_stage) {
    check_back({1, 1, 8, 6}, two_stages[0]);
    check_back({2, 4, 7, 7}, two_stages[1]);
}
BOOST_AUTO_TEST_CASE(back_through_strides_and_overlapping_windows) { check_back({1, 3, 24, 27}, strided[0]); }
BOOST_AUTO_TEST_CASE(back_where_nothing_was_pooled) { check_back({1, 2, 6, 7}, unpooled[0]); }
BOOST_AUTO_TEST_CASE(what_is_unpooled_is_rectified) {
    const Stage plain{Tensor({1, 1, 1, 1}, {-3}), Tensor({1}, {0}), {.size = 1}, {.size = 1}};
    check_same(student(stage_back, Tensor({1, 1, 1, 3}, {2, 0, -2}), Tensor({1, 1, 1, 3}, {0, 1, 2}), plain,
                       Shape{1, 1, 1, 3}, Shape{1, 1, 1, 3}),
               Tensor({1, 1, 1, 3}, {-6, 0, 0}));
}

// The same, from the learner's own pieces: when these are wrong and nothing else is, say so.
Tensor own_projection(const Tensor& x, const std::vector<Stage>& stages, Index map) {
    const std::vector<StagePass> passes = student(forward, x, stages);
    if (passes.size() != stages.size()) return {};
    const Tensor& pooled = passes.back().pooled;
    if (pooled.rank() != 4 || map >= pooled.size(1)) return {};
    Tensor back(pooled.shape());
    const Index begin = map * pooled.size(2) * pooled.size(3);
    const auto all = pooled.values().subspan(static_cast<std::size_t>(begin),
                                             static_cast<std::size_t>(pooled.size(2) * pooled.size(3)));
    const Index place = begin + (std::ranges::max_element(all) - all.begin());
    back[place] = pooled[place];
    for (std::size_t l = stages.size(); l-- > 0;)
        back = student(stage_back, back, passes[l].switches, stages[l], passes[l].maps.shape(),
                       l == 0 ? x.shape() : passes[l - 1].pooled.shape());
    return back;
}
void check_project(const Tensor& x, const std::vector<Stage>& stages, Index map, const Projection& expected) {
    const Projection answer = student(project, x, stages, map);
    if (!is_near(answer.pixels, expected.pixels))
        check_that(!is_near(answer.pixels, own_projection(x, stages, map)),
                   "The projection is put together rightly, but of steps that are not: correct forward and stage_back "
                   "first.");
    check_same(answer, expected, two_layers);
}
void check_project(const Shape& image, const std::vector<Stage>& stages, Index map) {
    const Tensor x = random(image, 1);
    check_project(x, stages, map, project(x, stages, map));
}
void check_golden(const std::string& name, const Shape& image, const std::vector<Stage>& stages) {
    const Tensor x = random(image, 1);
    for (Index map = 0; map < stages.back().w.size(0); ++map) {
        const Tensor place = golden(fmt::format("{}_{}_place", name, map));
        check_project(x, stages, map,
                      {static_cast<Index>(place[0]), static_cast<Index>(place[1]), place[2],
                       golden(fmt::format("{}_{}", name, map))});
    }
}
BOOST_AUTO_TEST_CASE(the_handout_s_projection) {
    check_project(pencil_image, {pencil}, 0, {0, 0, 8, Tensor({1, 1, 3, 3}, {0, 8, -8, 0, 0, 16, 0, 0, 0})});
}
BOOST_AUTO_TEST_CASE(through_one_stage) { check_project({1, 1, 8, 10}, {two_stages[0]}, 2); }
BOOST_AUTO_TEST_CASE(of_equal_values_the_first) {
    const Tensor even = Tensor::full({1, 1, 8, 10}, 0.5f);
    check_project(even, {two_stages[0]}, 2, project(even, {two_stages[0]}, 2));
}
// A stage that changes nothing but negative numbers.
const Stage plain_stage{Tensor({1, 1, 1, 1}, {1}), Tensor({1}), {.size = 1}, {.size = 1}};
BOOST_AUTO_TEST_CASE(of_equal_values_the_first_in_row_major_order) {
    const Tensor x({1, 1, 3, 3}, {1, 2, 5,  //
                                  5, 1, 5,  //
                                  0, 5, 4});
    check_project(x, {plain_stage}, 0, {0, 2, 5, Tensor({1, 1, 3, 3}, {0, 0, 5, 0, 0, 0, 0, 0, 0})});
}
BOOST_AUTO_TEST_CASE(a_map_that_is_silent) {
    check_project(Tensor({1, 1, 2, 2}, {-1, -2, -3, -4}), {plain_stage}, 0, {0, 0, 0, Tensor({1, 1, 2, 2})});
}
BOOST_AUTO_TEST_CASE(through_a_stage_that_does_not_pool) { check_project({1, 2, 6, 7}, unpooled, 1); }
BOOST_AUTO_TEST_CASE(agrees_with_a_deconvnet_in_pytorch) {
    check_golden("deconvnet", {1, 1, 14, 14}, two_stages);
    check_golden("deconvnet_strided", {1, 3, 24, 27}, strided);
}
// With weights and pixels above 0 no ReLU ever closes: the network is linear, and the projection of an activation a is
// a times its gradient.
BOOST_AUTO_TEST_CASE(where_all_is_linear_it_is_the_gradient) {
    std::vector<Stage> stages = two_stages;
    for (Stage& stage : stages)
        for (Tensor* weights : {&stage.w, &stage.b})
            for (float& value : weights->values()) value = 0.1f * std::abs(value);
    Tensor x = random({1, 1, 14, 14}, 1);
    for (float& value : x.values()) value = std::abs(value);
    const Projection answer = student(project, x, stages, 3);

    const std::vector<StagePass> passes = forward(x, stages);
    const Shape pooled = passes[1].pooled.shape();
    check_that(answer.row >= 0 && answer.row < pooled[2] && answer.column >= 0 && answer.column < pooled[3],
               fmt::format("row {} and column {} are outside the map of {} × {}", answer.row, answer.column, pooled[2],
                           pooled[3]));
    if (answer.row < 0 || answer.row >= pooled[2] || answer.column < 0 || answer.column >= pooled[3]) return;
    Tensor error(pooled);
    error(0, 3, answer.row, answer.column) = answer.activation;
    for (std::size_t l = 2; l-- > 0;) {
        error = cnn::kernels::max_pool_backward(error, passes[l].switches, passes[l].maps.shape());
        error =
            cnn::kernels::conv2d_backward_input(cnn::kernels::relu_backward(error, passes[l].maps), stages[l].w,
                                                l == 0 ? x.shape() : passes[0].pooled.shape(), stages[l].convolution);
    }
    check_same(answer.pixels, error, two_layers);
}
BOOST_AUTO_TEST_CASE(what_cannot_be_projected_is_refused) {
    const Tensor x = random({1, 1, 14, 14}, 1);
    check_rejects(project, x, two_stages, 5);
    check_rejects(project, x, two_stages, -1);
    check_rejects(project, random({2, 1, 14, 14}, 1), two_stages, 0);
    check_rejects(project, random({1, 14, 14}, 1), two_stages, 0);
    check_rejects(project, x, std::vector<Stage>{}, 0);
}

BOOST_AUTO_TEST_SUITE_END()

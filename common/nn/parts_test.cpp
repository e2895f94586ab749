// Schedules, the optimiser, sources, the log, run folders, the progress line, loans.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>
#include <set>

#include "nn/loan.hpp"
#include "nn/optimizer.hpp"
#include "nn/progress.hpp"
#include "nn/run_folder.hpp"
#include "nn/schedule.hpp"
#include "nn/sequential.hpp"
#include "nn/testing/errors.hpp"
#include "tensor/file.hpp"

using namespace cnn;
using namespace cnn::nn;

namespace {

const auto exact = boost::test_tools::tolerance(1e-12);

}  // namespace

BOOST_AUTO_TEST_SUITE(schedules)

BOOST_AUTO_TEST_CASE(follow_their_formulas) {
    BOOST_TEST(constant(0.1)(7.5) == 0.1);
    const Schedule falling = steps(0.1, 0.5, 2);
    BOOST_TEST(falling(1.99) == 0.1);
    BOOST_TEST(falling(2) == 0.05);
    BOOST_TEST(falling(5) == 0.025);
    const Schedule half = cosine(0.2, 10, 0.02);
    BOOST_TEST(half(0) == 0.2, exact);
    BOOST_TEST(half(5) == 0.11, exact);
    BOOST_TEST(half(10) == 0.02, exact);
    BOOST_TEST(half(12) == 0.02, exact);
    const Schedule slow = warm_up(2, cosine(0.2, 10));
    BOOST_TEST(slow(1) == cosine(0.2, 10)(2) / 2, exact);
    BOOST_TEST(slow(3) == cosine(0.2, 10)(3), exact);
    BOOST_TEST(slow.description == "warm-up over 2 epochs, then cosine from 0.2 to 0 over 10 epochs");
}

BOOST_AUTO_TEST_SUITE_END()
BOOST_AUTO_TEST_SUITE(optimizer)

BOOST_AUTO_TEST_CASE(two_steps_by_hand) {
    Dense layer(1, 1);
    Parameter &w = *layer.parameters()[0].parameter, &b = *layer.parameters()[1].parameter;
    w.value.fill(2), w.gradient = Tensor({1, 1}, {0.5f});
    b.value.fill(1), b.gradient = Tensor({1}, {0.25f}), b.decays = false;
    Sgd sgd(layer, {.momentum = 0.5f, .weight_decay = 0.25f});
    sgd.step(0.5);  // v = 0.5 + 0.25 · 2 = 1;  w = 2 - 0.5 · 1
    BOOST_TEST(w.value[0] == 1.5f);
    BOOST_TEST(b.value[0] == 0.875f);
    sgd.step(0.5);  // v = 0.5 · 1 + 0.5 + 0.25 · 1.5 = 1.375
    BOOST_TEST(w.value[0] == 0.8125f);
    BOOST_TEST(b.value[0] == 0.6875f);
}

BOOST_AUTO_TEST_CASE(statistics_are_not_stepped_and_a_gradient_is_needed) {
    Dense layer(1, 1);
    layer.parameters()[1].parameter->learned = false;
    Sgd sgd(layer, {});
    BOOST_TEST(sgd.velocities().size() == 1u);
    BOOST_TEST(contains(error_of([&] { sgd.step(0.1); }), "weight: its gradient is [0], its value [1, 1]"));
}

BOOST_AUTO_TEST_SUITE_END()
BOOST_AUTO_TEST_SUITE(sources)

BOOST_AUTO_TEST_CASE(memory_is_cut_into_batches) {
    const Source source =
        from_memory(Tensor({5, 2}, {0, 1, 10, 11, 20, 21, 30, 31, 40, 41}), {0, 1, 2, 3, 4}, {.batch_size = 2});
    BOOST_TEST(source.images() == 5);
    BOOST_TEST(source.batches() == 3);
    const Batch last = source.epoch(0)(2);
    BOOST_TEST((last.x == Tensor({1, 2}, {40, 41})));
    BOOST_TEST(last.labels == std::vector<std::int32_t>{4}, boost::test_tools::per_element());
    BOOST_CHECK_THROW(source.epoch(0)(3), ShapeError);
    BOOST_CHECK_THROW(from_memory(Tensor({2, 2}), {1}), ShapeError);
    BOOST_CHECK_THROW(from_memory(Tensor({1, 2}), {1}, {.batch_size = 0}), ShapeError);
    BOOST_TEST(from_memory(Tensor({0, 2}), {}).batches() == 0);
}

BOOST_AUTO_TEST_CASE(every_epoch_has_its_own_order_of_all_images) {
    const Source source =
        from_memory(Tensor({50, 1}), std::vector<std::int32_t>(50), {.batch_size = 20, .shuffle = true});
    const auto order = [&](Index number) {
        std::vector<Index> all;
        const Source::Epoch epoch = source.epoch(number);
        for (Index i = 0; i < source.batches(); ++i)
            for (const Index index : epoch(i).indices) all.push_back(index);
        return all;
    };
    const auto first = order(0);
    BOOST_TEST(std::set<Index>(first.begin(), first.end()).size() == 50u);
    BOOST_TEST((first == order(0)));
    BOOST_TEST((first != order(1)));
}

BOOST_AUTO_TEST_CASE(data_batches_are_a_source) {
    data::Dataset dataset;
    dataset.name = "four pixels";
    dataset.shape = {1, 1, 2};
    dataset.pixels = {0, 51, 102, 153, 204, 255};
    dataset.labels = {0, 1, 0};
    dataset.class_names = {"dark", "bright"};
    const data::Batches batches(dataset, {.size = 2, .shuffle = false});
    const Source source = batches;
    BOOST_TEST(source.images() == 3);
    BOOST_TEST(source.batches() == 2);
    BOOST_TEST((source.epoch(0)(1).x == batches.epoch(0)[1].x));
    BOOST_TEST(contains(source.description(), "images: 3 of [1, 1, 2], four pixels\nbatch size: 2\n"));
    BOOST_TEST(Source(data::Batches(dataset, {.size = 2, .drop_last = true})).images() == 2);
}

BOOST_AUTO_TEST_SUITE_END()
BOOST_AUTO_TEST_SUITE(training_log)

BOOST_AUTO_TEST_CASE(rows_keep_every_bit) {
    const EpochResult result{3,    0.1 + 0.2, 1.0 / 3, 2e-300, std::numeric_limits<double>::quiet_NaN(),
                             0.05, 1234,      5.125};
    const EpochResult again = parse_log_row(log_row(result));
    BOOST_TEST(again.epoch == 3);
    BOOST_TEST(again.train_loss == 0.1 + 0.2);
    BOOST_TEST(again.train_accuracy == 1.0 / 3);
    BOOST_TEST(again.test_loss == 2e-300);
    BOOST_TEST(std::isnan(again.test_accuracy));
    BOOST_TEST(again.seconds == 5.125);
    for (const char* bad : {"", "1,2,3", "x,1,1,1,1,1,1,1", "0,1,1,1,1,1,1,1", "1,1,1,1,1,1,1,1,1", "1,1,1,1z,1,1,1,1"})
        BOOST_CHECK_THROW(parse_log_row(bad), DataError);
}

BOOST_AUTO_TEST_CASE(files_are_read_with_their_place) {
    const TemporaryFolder folder;
    const auto path = folder / "log.csv";
    const std::string row = log_row({.epoch = 1});
    replace_file(path, log_header() + "\n");
    append_line(path, row);
    BOOST_TEST(read_log(path).size() == 1u);
    replace_file(path, log_header() + "\n" + row + "\n" + row.substr(0, 9));
    BOOST_TEST(read_log(path).size() == 1u);  // a row that was cut short
    replace_file(path, log_header() + "\n" + row + "\nnonsense\n");
    BOOST_TEST(contains(error_of([&] { read_log(path); }), "log.csv:3: expected 8 fields"));
    replace_file(path, "a,b\n1,2\n");
    BOOST_TEST(contains(error_of([&] { read_log(path); }), "not a training log"));
    BOOST_CHECK_THROW(append_line(folder / "no/log.csv", row), DataError);
    BOOST_TEST(contains(error_of([] { append_line("/dev/full", "x"); }), "No space left on device"));
}

BOOST_AUTO_TEST_SUITE_END()
BOOST_AUTO_TEST_SUITE(run_folders)

BOOST_AUTO_TEST_CASE(are_never_used_twice) {
    const TemporaryFolder folder;
    const auto first = new_run_folder(folder.path(), "10-lenet", "2026-11-22");
    const auto second = new_run_folder(folder.path(), "10-lenet", "2026-11-22");
    BOOST_TEST(first == folder / "10-lenet/2026-11-22-1");
    BOOST_TEST(second == folder / "10-lenet/2026-11-22-2");
    replace_file(folder / "10-lenet/2026-11-22-3", "a file");
    BOOST_TEST(new_run_folder(folder.path(), "10-lenet", "2026-11-22") == folder / "10-lenet/2026-11-22-4");
    std::filesystem::last_write_time(second, std::filesystem::file_time_type::clock::now() + std::chrono::hours(1));
    BOOST_TEST(last_run_folder(folder.path(), "10-lenet") == second);
    BOOST_TEST(last_run_folder(folder.path(), "11-seeing").empty());
    BOOST_CHECK_THROW(new_run_folder(folder / "10-lenet/2026-11-22-3", "x", "y"), DataError);
    BOOST_TEST(today().size() == 10u);
}

BOOST_AUTO_TEST_SUITE_END()
BOOST_AUTO_TEST_SUITE(progress_line)

BOOST_AUTO_TEST_CASE(says_all_where_there_is_room) {
    const Progress progress{2, 10, 0.61, 0.4123, 0.851, 21400.4, 3.2};
    const terminal::Terminal wide{.interactive = true, .unicode = true, .width = 110};
    BOOST_TEST(
        progress_text(progress, wide) ==
        "epoch  2/10  ━━━━━━━━━━━━━━╸           61 %   loss 0.412   accuracy 85.1 %   21,400 images/s   0:03 left");
    for (int width = 20; width < 130; ++width) {
        const terminal::Terminal any{.interactive = true, .unicode = true, .width = width};
        BOOST_TEST(terminal::display_width(progress_text(progress, any)) < std::max(width, 24), width);
    }
    const terminal::Terminal narrow{.interactive = true, .width = 44};
    BOOST_TEST(progress_text(progress, narrow) == "epoch  2/10  ======>      61 %   loss 0.412");
}

BOOST_AUTO_TEST_CASE(epochs_are_plain_lines) {
    const EpochResult result{2, 0.4123, 0.851, 0.4554, 0.836, 0.05, 21400, 2.94};
    BOOST_TEST(epoch_text(result, 10) ==
               "epoch  2/10   loss 0.412   accuracy 85.1 %   test loss 0.455   test accuracy 83.6 %   21,400 images/s  "
               " 2.9 s");
    EpochResult untested = result;
    untested.test_loss = std::numeric_limits<double>::quiet_NaN();
    BOOST_TEST(!contains(epoch_text(untested, 10), "test"));
}

BOOST_AUTO_TEST_CASE(nothing_but_whole_lines_goes_into_a_file) {
    const TemporaryFolder folder;
    std::FILE* file = std::fopen((folder / "out").c_str(), "w");
    {
        ProgressLine line({.interactive = false}, file);
        line.progress({});
        line.epoch_done({.epoch = 1, .test_loss = 1}, 2);
        line.message("the disk is full");
    }
    std::fclose(file);
    const std::string text = read_file(folder / "out");
    BOOST_TEST(text.starts_with("epoch 1/2   loss"), text);
    BOOST_TEST(text.ends_with("\nthe disk is full\n"), text);
    BOOST_TEST(!contains(text, "\x1b"));
}

BOOST_AUTO_TEST_SUITE_END()
BOOST_AUTO_TEST_SUITE(loans)

BOOST_AUTO_TEST_CASE(what_passed_is_ones_own_and_the_rest_is_lent) {
    const TemporaryFolder folder;
    std::filesystem::create_symlink(CNN_OWN_OPERATORS, folder / "lab04.so");
    Operators table;
    const auto loans = install_own_operators(table, folder.path(), {"4.4"});
    BOOST_TEST(loans.size() == 33u);
    BOOST_TEST(loans[0].name == "conv2d_forward");
    BOOST_TEST(loans[0].own);
    BOOST_TEST(loans[0].reason == "4.4 passed");
    BOOST_TEST(loans[1].name == "relu_forward");
    BOOST_TEST(loans[1].task == "4.10");
    BOOST_TEST(!loans[1].own);
    BOOST_TEST(loans[1].reason == "4.10 not passed yet");
    BOOST_TEST(loans[2].reason == "no lab teaches it yet");
    BOOST_TEST((table.conv2d_forward(Tensor({2}), {}, {}, {.size = 1}) == Tensor({1}, {42})));
    BOOST_TEST((table.relu_forward == kernels::relu_forward));
}

BOOST_AUTO_TEST_CASE(where_two_labs_teach_an_operator_it_is_listed_once) {
    const TemporaryFolder folder;
    std::filesystem::create_symlink(CNN_OWN_OPERATORS, folder / "lab04.so");
    std::filesystem::create_symlink(CNN_OWN_OPERATORS, folder / "lab09.so");
    Operators table;
    const auto loans = install_own_operators(table, folder.path(), {"4.4"});
    BOOST_TEST(loans.size() == 33u);
    BOOST_TEST(loans[0].own);
    BOOST_TEST(std::ranges::count(loans, "conv2d_forward", &Loan::name) == 1);
    BOOST_TEST(std::ranges::count(loans, "relu_forward", &Loan::name) == 1);
}

BOOST_AUTO_TEST_CASE(a_library_that_cannot_be_opened_is_a_loan) {
    const TemporaryFolder folder;
    replace_file(folder / "lab04.so", "not a library");
    Operators table;
    const auto loans = install_own_operators(table, folder.path(), {"4.4"});
    BOOST_TEST(loans.size() == 33u);
    BOOST_TEST(contains(loans[0].reason, "lab04.so cannot be opened"), loans[0].reason);
    BOOST_TEST((table.conv2d_forward == kernels::conv2d_forward));
    BOOST_TEST(install_own_operators(table, folder / "none", {})[0].reason == "no lab teaches it yet");
}

BOOST_AUTO_TEST_SUITE_END()

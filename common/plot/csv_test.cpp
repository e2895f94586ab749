#include "plot/csv.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>

#include "plot/test_environment.hpp"
#include "plot/training_log.hpp"
#include "tensor/error.hpp"
#include "tensor/file.hpp"

using namespace cnn;
using namespace cnn::plot;

namespace {

Csv parse(std::string_view text) { return Csv::parse(text, "log.csv"); }

// What the error says; empty where there is none.
template <class Action>
std::string error_of(Action&& action) {
    try {
        action();
    } catch (const DataError& error) {
        return error.what();
    }
    return "";
}

}  // namespace

BOOST_AUTO_TEST_SUITE(csv)

BOOST_AUTO_TEST_CASE(reads_columns_by_name) {
    const Csv csv = parse("epoch,loss\n1,0.5\n2,0.25\n");
    BOOST_TEST(csv.rows() == 2U);
    BOOST_TEST(!csv.was_cut());
    BOOST_TEST(*csv.numbers("loss")[1] == 0.25);
    BOOST_TEST(csv.texts("epoch")[0] == "1");
    BOOST_TEST(csv.has("loss"));
    BOOST_TEST(!csv.has("Loss"));
    BOOST_TEST(error_of([&] { csv.numbers("accuracy"); }) ==
               "log.csv: has no column \"accuracy\"; there are epoch, loss");
}

BOOST_AUTO_TEST_CASE(reads_what_spreadsheets_write) {
    const Csv csv = parse("\xef\xbb\xbfname, x \r\n\"a, \"\"b\"\"\",1\r\n\r\n\"two\nlines\", 2 \r\n");
    BOOST_TEST(csv.rows() == 2U);
    BOOST_TEST(csv.texts("name")[0] == "a, \"b\"");
    BOOST_TEST(csv.texts("name")[1] == "two\nlines");
    BOOST_TEST(*csv.numbers("x")[1] == 2);
}

BOOST_AUTO_TEST_CASE(lines_end_as_on_every_system) {
    for (const std::string& end : {std::string("\n"), std::string("\r\n"), std::string("\r")}) {
        const Csv csv = parse("epoch,loss" + end + "1,0.5" + end + end + "2,0.25" + end);
        BOOST_TEST(csv.rows() == 2U);
        BOOST_TEST(!csv.was_cut());
        BOOST_TEST(*csv.numbers("loss")[1] == 0.25);
        BOOST_TEST(error_of([&] { parse("epoch,loss" + end + "1,0.5" + end + "2" + end); }) ==
                   "log.csv:3: 1 fields, but the header names 2 columns");
    }
    BOOST_TEST(error_of([] {
                   parse(
                       std::string("\xff\xfe"
                                   "a\0,\0b\0",
                                   8));
               }) == "log.csv: the text is in UTF-16, as Windows writes it: save it as UTF-8");
}

BOOST_AUTO_TEST_CASE(empty_fields_are_no_numbers_and_nan_is_one) {
    const auto numbers = parse("x,y\n,1\n nan ,2\n-inf,3\n").numbers("x");
    BOOST_TEST(!numbers[0].has_value());
    BOOST_TEST(std::isnan(*numbers[1]));
    BOOST_TEST(std::isinf(*numbers[2]));
}

BOOST_AUTO_TEST_CASE(a_cut_last_line_is_left_out) {
    for (const std::string_view tail : {"3,0.1", "3", "3,\"0.1", "\"3,0.1"}) {
        const Csv csv = parse("epoch,loss\n1,0.5\n2,0.25\n" + std::string(tail));
        BOOST_TEST(csv.rows() == 2U);
        BOOST_TEST(csv.was_cut());
    }
    BOOST_TEST(parse("epoch,loss\n1,").rows() == 0U);
}

BOOST_AUTO_TEST_CASE(hostile_tables_get_a_clear_line) {
    using namespace std::string_view_literals;
    BOOST_TEST(error_of([] { parse(""); }) == "log.csv: empty, expected a line with the names of the columns");
    BOOST_TEST(error_of([] { parse("epoch,lo"); }) == "log.csv: empty, expected a line with the names of the columns");
    BOOST_TEST(error_of([] { parse("a,b\n1,2\n3\n"); }) == "log.csv:3: 1 fields, but the header names 2 columns");
    BOOST_TEST(error_of([] { parse("a\n1,2,3\n"); }) == "log.csv:2: 3 fields, but the header names 1 columns");
    BOOST_TEST(error_of([] { parse("a,a\n"); }) == "log.csv:1: two columns are called \"a\"");
    BOOST_TEST(error_of([] { parse("a,b\n\"1,2\n3,4\n5,6\n"); }) == "log.csv:2: the quote that opens here never ends");
    BOOST_TEST(error_of([] { parse("a\n1\0\n"sv); }) ==
               "log.csv:2: holds a zero byte: not a table of comma-separated values");
    for (const std::string_view number : {"abc", "1.2.3", "0x10", "1e999", "--1", "1,5"}) {
        const std::string text = "x\n\"" + std::string(number) + "\"\n";
        BOOST_TEST(error_of([&] { parse(text).numbers("x"); }) ==
                   "log.csv:2: x is \"" + std::string(number) + "\", expected a number");
    }
    BOOST_TEST(holds(error_of([] { Csv::read("/no/such/log.csv"); }), "/no/such/log.csv"));
}

BOOST_AUTO_TEST_SUITE_END()
BOOST_AUTO_TEST_SUITE(training_logs)

BOOST_AUTO_TEST_CASE(columns_go_by_several_names) {
    for (const std::string_view header :
         {"epoch,train loss,test accuracy (0 to 1)", "epoch,train_loss,test_accuracy"}) {
        const TrainingLog log = read_training_log(parse(std::string(header) + "\n1,0.5,0.8\n2,0.25,\n"), "run");
        BOOST_TEST(log.train_loss.value == (std::vector<double>{0.5, 0.25}));
        BOOST_TEST(log.test_accuracy.epoch == (std::vector<double>{1}));  // not taken in the second epoch
        BOOST_TEST(!log.test_accuracy.diverged);
        BOOST_TEST(log.test_loss.empty());
    }
}

BOOST_AUTO_TEST_CASE(divergence_is_seen) {
    for (const std::string_view last : {"nan", "inf", "-inf"}) {
        const TrainingLog log = read_training_log(parse("train loss\n0.5\n0.7\n" + std::string(last) + "\n"), "run");
        BOOST_TEST(log.train_loss.diverged);
        BOOST_TEST(log.train_loss.epoch == (std::vector<double>{1, 2}));  // counted, there being no column
    }
    // The trainer writes NaN as an empty field.
    BOOST_TEST(read_training_log(parse("epoch,train loss\n1,0.5\n2,\n"), "run").train_loss.diverged);
}

BOOST_AUTO_TEST_CASE(nothing_to_draw_is_said) {
    BOOST_TEST(holds(error_of([] { read_training_log(parse("a,b\n1,2\n"), "r"); }), "r: no training log"));
    BOOST_TEST(
        holds(error_of([] { read_training_log(parse("epoch,train loss\n"), "r"); }), "no epoch is finished yet"));
    BOOST_TEST(
        holds(error_of([] { read_training_log(parse("epoch,train loss\n1,0.4"), "r"); }), "no epoch is finished yet"));
}

BOOST_AUTO_TEST_CASE(runs_are_named_by_as_many_folders_as_it_takes) {
    const TemporaryFolder folder;
    const std::string log = "epoch,train loss\n1,0.5\n";
    for (const char* run : {"10-lenet/1", "10-lenet/2", "13-vgg/1"}) {
        std::filesystem::create_directories(folder.path() / run);
        replace_file(folder.path() / run / "log.csv", log);
    }
    const auto names = [&](std::vector<std::string> runs) {
        std::vector<std::filesystem::path> paths;
        for (const std::string& run : runs) paths.push_back(folder.path() / run);
        std::string all;
        for (const TrainingLog& each : read_training_logs(paths)) all += each.name + " ";
        return all;
    };
    BOOST_TEST(names({"10-lenet/1"}) == "1 ");
    BOOST_TEST(names({"10-lenet/1", "10-lenet/2/log.csv"}) == "1 2 ");
    BOOST_TEST(names({"10-lenet/1/", "13-vgg/1"}) == "10-lenet/1 13-vgg/1 ");
}

BOOST_AUTO_TEST_SUITE_END()

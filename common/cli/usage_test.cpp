// Words that a verb can do nothing with: exit code 2, and what there is instead.
#include <boost/test/unit_test.hpp>

#include "cli/fake_tree.hpp"

using namespace cnn::cli;

BOOST_AUTO_TEST_SUITE(wrong_usage)

BOOST_AUTO_TEST_CASE(a_data_set_that_there_is_not) {
    const FakeTree tree;
    for (const std::string verb : {"fetch", "verify"}) {
        const Said said = tree.lab({"data", verb, "imagenet"});
        BOOST_TEST(said.code == 2);
        BOOST_TEST(said.err.starts_with("there is no data set 'imagenet'; there are fashion-mnist"), said.err);
    }
}

BOOST_AUTO_TEST_CASE(what_bench_refuses) {
    const FakeTree tree;
    tree.write("program.sh", "#!/bin/sh\nexit 2\n");
    BOOST_TEST(tree.lab({"bench", "train", "--net", "foo"}).code == 2);
}

BOOST_AUTO_TEST_SUITE_END()

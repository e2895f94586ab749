#include <boost/test/unit_test.hpp>

#include "grader/judge.hpp"
#include "resnet.hpp"

using namespace cnn;
using namespace cnn::lab15;
using namespace cnn::grader;

BOOST_AUTO_TEST_SUITE(task_15_7)
BOOST_AUTO_TEST_CASE(identity_of_one_map) { check_same(student(identity_filters, 1), identity_filters(1)); }
BOOST_AUTO_TEST_SUITE_END()

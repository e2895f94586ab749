# The headers are most of the work of compiling a file here. Who changes files of common/ often may prefer OFF.
option(CNN_UNITY_BUILD "Compile the sources of a module eight at a time, in half the time" ON)
function(compile_in_groups TARGET)
    set_target_properties(${TARGET} PROPERTIES UNITY_BUILD ${CNN_UNITY_BUILD} UNITY_BUILD_BATCH_SIZE 8)
endfunction()

# add_module(tensor SOURCES a.cpp … TESTS a_test.cpp … LINK cnn-other fmt::fmt)
#
# One folder of common/: a shared library cnn-NAME (so that a program links in no time, and a learner's
# code is linked only with what its lab may use), and a program test-NAME of the tests that stand beside the sources.
# Headers are included by their path below common/: "tensor/tensor.hpp".
function(add_module NAME)
    cmake_parse_arguments(MODULE "" "" "SOURCES;TESTS;LINK;TEST_LINK" ${ARGN})
    add_library(cnn-${NAME} SHARED ${MODULE_SOURCES})
    target_include_directories(cnn-${NAME} PUBLIC ${PROJECT_SOURCE_DIR}/common)
    target_link_libraries(cnn-${NAME} PUBLIC ${MODULE_LINK})
    compile_in_groups(cnn-${NAME})
    if(MODULE_TESTS)
        add_executable(test-${NAME} EXCLUDE_FROM_ALL ${MODULE_TESTS})
        target_link_libraries(test-${NAME} PRIVATE cnn-${NAME} cnn-testing ${MODULE_TEST_LINK})
        target_compile_definitions(test-${NAME} PRIVATE CNN_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
        # Tests share one compiled copy of Boost.Test's and the tensor's headers.
        target_precompile_headers(test-${NAME} REUSE_FROM cnn-testing)
        set_property(GLOBAL APPEND PROPERTY CNN_TESTS test-${NAME})
    endif()
endfunction()

# Runs PROGRAM and compares its standard output with the file EXPECTED.
cmake_minimum_required(VERSION 3.22)
execute_process(COMMAND ${PROGRAM} OUTPUT_VARIABLE printed ERROR_VARIABLE errors RESULT_VARIABLE exit_code TIMEOUT 50)
file(READ ${EXPECTED} expected)
if(NOT exit_code STREQUAL 0 OR NOT printed STREQUAL expected)
  message("It printed:\n${printed}\ninstead of:\n${expected}\nand on stderr:\n${errors}")
  message(FATAL_ERROR "${PROGRAM} ended with ${exit_code}, or did not print what is in ${EXPECTED}.")
endif()

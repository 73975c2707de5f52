"""How Peru writes numbers and dates: decimal point, comma for thousands, "15 jul. 2022".

Django's plain `es` follows Spain (decimal comma); CEPLAN's own reports and the municipality use the point.
"""

DECIMAL_SEPARATOR = "."
THOUSAND_SEPARATOR = ","
NUMBER_GROUPING = 3
DATE_FORMAT = r"j b\. Y"
SHORT_DATE_FORMAT = "d/m/Y"
DATETIME_FORMAT = r"j b\. Y, H:i"
SHORT_DATETIME_FORMAT = "d/m/Y H:i"
TIME_FORMAT = "H:i"
MONTH_DAY_FORMAT = r"j b\."
YEAR_MONTH_FORMAT = r"F \d\e Y"
FIRST_DAY_OF_WEEK = 1
DATE_INPUT_FORMATS = ["%Y-%m-%d", "%d/%m/%Y", "%d/%m/%y"]

# stats_reference.R -- the part of stats_reference.py that R says; called by it.
# SPDX-License-Identifier: GPL-3.0-or-later
suppressMessages({library(survival); library(boot)})

put <- function(name, values) {
    values <- sprintf("%.17g", as.numeric(values))
    cat(name, "\t", paste(ifelse(values == "NA", "nan", tolower(values)), collapse = " "), "\n", sep = "")
}

put_survival <- function(name, file, horizon, grid) {
    rows <- read.csv(file)
    shares <- c(0.05, 0.25, 0.5, 0.75, 0.9)
    km <- survfit(Surv(t, event) ~ 1, data = rows, conf.type = "log-log")
    at <- summary(km, times = grid, extend = TRUE)
    put(paste(name, "survival R"), at$surv)
    put(paste(name, "low R"), at$lower)
    put(paste(name, "high R"), at$upper)
    inverse <- quantile(km, shares)
    put(paste(name, "km_quantile R"), inverse$quantile)
    put(paste(name, "km_quantile_low R"), inverse$lower)
    put(paste(name, "km_quantile_high R"), inverse$upper)
    put(paste(name, "rmean R"), summary(km, rmean = horizon)$table[c("rmean", "se(rmean)")])
    put(paste(name, "quantile R"), quantile(rows$t, shares, type = 7))
    known <- rows[rows$group >= 0, ]
    test <- survdiff(Surv(t, event) ~ group, data = known)
    df <- length(test$n) - 1
    put(paste(name, "logrank R"), c(test$chisq, pchisq(test$chisq, df, lower.tail = FALSE), df))
    causes <- max(rows$cause)
    if (causes > 1) {
        aj <- survfit(Surv(t, factor(cause, 0:causes)) ~ 1, data = rows)
        states <- summary(aj, times = grid, extend = TRUE)$pstate
        for (cause in 1:causes) put(paste0(name, " incidence", cause, " R"), states[, cause + 1])
    }
}

put_mean <- function(name, x) {
    student <- t.test(x)
    put(paste(name, "t R"), c(mean(x), student$conf.int))
    set.seed(11)
    drawn <- boot(x, function(d, i) mean(d[i]), R = 400000)
    influence <- empinf(drawn, type = "jack")
    put(paste(name, "acceleration R"), sum(influence^3) / (6 * sum(influence^2)^1.5))
    interval <- boot.ci(drawn, type = "bca", L = influence)$bca[4:5]
    put(paste(name, "bca_mean R"), c(mean(x), interval, sd(drawn$t)))
    studentized <- boot(x, function(d, i) c(mean(d[i]), var(d[i]) / length(d)), R = 400000)
    interval <- boot.ci(studentized, type = "stud")$student[4:5]
    put(paste(name, "bootstrap_t R"), c(mean(x), interval, sd(drawn$t)))
}

arguments <- commandArgs(trailingOnly = TRUE)
numbers <- function(from) as.numeric(arguments[from:length(arguments)])
switch(arguments[1],
    survival = put_survival(arguments[2], arguments[3], as.numeric(arguments[4]), numbers(5)),
    mean = put_mean(arguments[2], numbers(3)),
    binomial = put("binomial R", c(numbers(2), binom.test(numbers(2)[1], numbers(2)[2])$conf.int)))

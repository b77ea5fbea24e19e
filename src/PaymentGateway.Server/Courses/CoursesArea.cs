using PaymentGateway.Courses.Pages;
using PaymentGateway.Jobs;
using PaymentGateway.Ledger;
using PaymentGateway.Mail;
using PaymentGateway.Payments;
using PaymentGateway.Refunds;

namespace PaymentGateway.Courses;

public static class CoursesArea
{
    public static IServiceCollection AddCourses(this IServiceCollection services)
    {
        services.AddSingleton<CourseStore>();
        services.AddSingleton<DiscountStore>();
        services.AddSingleton<EnrollmentStore>();
        services.AddSingleton<CourseFacts>();
        services.AddSingleton<CoursesApi>();
        services.AddSingleton<DiscountCodesApi>();
        services.AddSingleton<EnrollmentsApi>();
        services.AddSingleton<TransactionStore>();
        services.AddSingleton<TransactionFacts>();
        services.AddSingleton<TransactionMoves>();
        services.AddSingleton<CourseNews>();
        services.AddSingleton<BillingVault>();
        services.AddSingleton(BillingVault.Sealed);
        foreach (var letter in CourseLetters.All)
        {
            services.AddLetter(letter);
        }

        services.AddSingleton<CoursePaymentFollower>();
        services.AddSingleton<IPaymentFollower>(p => p.GetRequiredService<CoursePaymentFollower>());
        services.AddSingleton<IRefundFollower>(p => p.GetRequiredService<CoursePaymentFollower>());
        services.AddSingleton<CourseGateway>();
        services.AddSingleton<SessionExpiry>();
        services.AddSingleton<DuplicateRefunds>();
        services.AddSingleton<StartCoursePayment>();
        services.AddSingleton<GatewayMessages>();
        services.AddSingleton(GatewayMessages.Sealed);
        services.AddSingleton<CoursePaymentsApi>();
        services.AddSingleton<CoursePageLinksStore>();
        services.AddSingleton<CoursePageLinksApi>();
        services.AddSingleton<CoursePage>();
        services.AddSingleton<CoursePageRequests>();
        services.AddSingleton<CataloguePages>();
        services.AddSingleton<PaymentPages>();
        services.AddSingleton<GatewayApi>();
        services.AddSingleton<CourseRefundsApi>();
        services.AddSingleton<CourseSettingsStore>();
        services.AddSingleton<ConfigurePayments>();
        services.AddSingleton<PaymentConfigApi>();
        services.AddSingleton(TransactionStore.SessionsInTime);
        services.AddSingleton(TransactionStore.DuplicatesInTime);
        services.AddBookChecks(BookChecks);
        return JobRegistry.Add(
            services, "expire-course-sessions", "Ends sessions of course payments that were not ended in time.", Schedule.Hourly(5),
            async (provider, cancel) => $"{await provider.GetRequiredService<SessionExpiry>().Sweep(cancel)} had been missed");
    }

    /// <summary>What must hold between course payments and all that they touch.</summary>
    public static IReadOnlyList<BookCheck> BookChecks => CourseChecks.All;

    /// <summary>The end of sessions and the refund of duplicates; run by the worker role.</summary>
    public static IServiceCollection AddCourseWorkers(this IServiceCollection services) => services.AddHostedService<CoursesWorker>();

    public static void MapCourses(this IEndpointRouteBuilder routes)
    {
        CoursesApi.Map(routes, routes.ServiceProvider.GetRequiredService<CoursesApi>());
        DiscountCodesApi.Map(routes, routes.ServiceProvider.GetRequiredService<DiscountCodesApi>());
        EnrollmentsApi.Map(routes, routes.ServiceProvider.GetRequiredService<EnrollmentsApi>());
        CoursePaymentsApi.Map(routes, routes.ServiceProvider.GetRequiredService<CoursePaymentsApi>());
        CourseRefundsApi.Map(routes, routes.ServiceProvider.GetRequiredService<CourseRefundsApi>());
        PaymentConfigApi.Map(routes, routes.ServiceProvider.GetRequiredService<PaymentConfigApi>());
        CoursePageLinksApi.Map(routes, routes.ServiceProvider.GetRequiredService<CoursePageLinksApi>());
        routes.ServiceProvider.GetRequiredService<CataloguePages>().Map(routes);
        routes.ServiceProvider.GetRequiredService<PaymentPages>().Map(routes);
        GatewayApi.Map(routes, routes.ServiceProvider.GetRequiredService<GatewayApi>());
    }
}

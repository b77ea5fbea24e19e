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
        return services;
    }

    public static void MapCourses(this IEndpointRouteBuilder routes)
    {
        CoursesApi.Map(routes, routes.ServiceProvider.GetRequiredService<CoursesApi>());
        DiscountCodesApi.Map(routes, routes.ServiceProvider.GetRequiredService<DiscountCodesApi>());
        EnrollmentsApi.Map(routes, routes.ServiceProvider.GetRequiredService<EnrollmentsApi>());
    }
}

namespace PaymentGateway.Monitoring;
public static class MonitoringArea { public static IServiceCollection AddMonitoring(this IServiceCollection s) => s; public static IApplicationBuilder UseMonitoring(this IApplicationBuilder r) => r; public static void MapMonitoring(this IEndpointRouteBuilder r) {} }

namespace PaymentGateway.Checkout;
public static class CheckoutArea { public static IServiceCollection AddCheckout(this IServiceCollection s) => s; public static IEndpointRouteBuilder MapCheckout(this IEndpointRouteBuilder r) => r; }
